"""Runs the service until SIGTERM or SIGINT, then finishes what is under way and stops."""

import uvicorn

from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings


def main() -> None:
    settings = Settings.from_environment()
    configure_logs(settings.log_level)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
