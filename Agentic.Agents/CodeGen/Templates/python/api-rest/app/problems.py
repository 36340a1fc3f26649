"""Errors as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Dict, List, Optional

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from app.logs import trace_id
from app.model import Invalid, NotFound

log = logging.getLogger(__name__)


def problem(status: int, detail: str, errors: Optional[List[Dict[str, str]]] = None) -> JSONResponse:
    body: Dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "traceId": trace_id.get(),
    }
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def add_problems(app: FastAPI) -> None:
    @app.exception_handler(NotFound)
    async def not_found(_: Request, __: NotFound) -> JSONResponse:
        return problem(404, "There is no such record.")

    @app.exception_handler(Invalid)
    async def invalid(_: Request, refused: Invalid) -> JSONResponse:
        return problem(
            422, "The input breaks a rule.", [{"member": name, "message": text} for name, text in refused.errors.items()]
        )

    @app.exception_handler(RequestValidationError)
    async def misshapen(_: Request, refused: RequestValidationError) -> JSONResponse:
        found = refused.errors()
        # pydantic 1 and 2 name the same mistake differently.
        if any("json" in str(error["type"]) for error in found):
            return problem(400, "The body is not JSON.")
        errors = [
            {"member": ".".join(str(part) for part in error["loc"][1:]), "message": str(error["msg"])} for error in found
        ]
        return problem(422, "The input does not fit.", errors)

    @app.exception_handler(HTTPException)
    async def http(_: Request, refused: HTTPException) -> JSONResponse:
        return problem(refused.status_code, str(refused.detail))

    @app.exception_handler(Exception)
    async def unexpected(_: Request, broken: Exception) -> JSONResponse:
        log.error("request failed", exc_info=broken)
        return problem(500, "The service failed; the log has the details under this trace id.")
