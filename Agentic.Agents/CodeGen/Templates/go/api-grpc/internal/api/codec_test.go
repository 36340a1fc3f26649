package api

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/runtime/protoimpl"
)

// currentCodec lets the tests run on gRPC of Debian 12 (1.33), whose own codec knows only messages of an older protobuf runtime.
type currentCodec struct{}

func init() { encoding.RegisterCodec(currentCodec{}) }

func (currentCodec) Name() string { return "proto" }

func (currentCodec) Marshal(message interface{}) ([]byte, error) {
	return proto.Marshal(protoimpl.X.ProtoMessageV2Of(message))
}

func (currentCodec) Unmarshal(text []byte, message interface{}) error {
	return proto.Unmarshal(text, protoimpl.X.ProtoMessageV2Of(message))
}
