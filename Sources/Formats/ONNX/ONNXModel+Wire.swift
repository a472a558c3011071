/// The messages of onnx.proto, field by field; the numbers are those of its declarations.
extension ONNXModel {
  package var message: WireMessage {
    var message = WireMessage()
    message.integer(1, intermediateVersion)
    message.text(2, "netc")
    message.text(3, producerVersion)
    message.message(7, graph.message)
    // The empty domain is that of the standard operators.
    var operators = WireMessage()
    operators.text(1, "")
    operators.integer(2, opset)
    message.message(8, operators)
    return message
  }

  /// The version of the format that came with version 17 of the operators.
  private var intermediateVersion: Int { 8 }
}

extension ONNXGraph {
  fileprivate var message: WireMessage {
    var message = WireMessage()
    for node in nodes { message.message(1, node.message) }
    message.text(2, name)
    for initializer in initializers { message.message(5, initializer.message) }
    for input in inputs { message.message(11, input.message) }
    for output in outputs { message.message(12, output.message) }
    return message
  }
}

extension ONNXNode {
  fileprivate var message: WireMessage {
    var message = WireMessage()
    for input in inputs { message.text(1, input) }
    for output in outputs { message.text(2, output) }
    message.text(3, name)
    message.text(4, operation)
    for attribute in attributes { message.message(5, attribute.message) }
    return message
  }
}

extension ONNXAttribute {
  /// The content, then its type as a number of `AttributeProto.AttributeType`.
  fileprivate var message: WireMessage {
    var message = WireMessage()
    message.text(1, name)
    switch content {
    case .float(let value):
      message.float(2, value)
      message.integer(20, 1)
    case .integer(let value):
      message.integer(3, value)
      message.integer(20, 2)
    case .text(let value):
      message.text(4, value)
      message.integer(20, 3)
    case .integers(let values):
      for value in values { message.integer(8, value) }
      message.integer(20, 7)
    }
    return message
  }
}

extension ONNXTensor {
  fileprivate var message: WireMessage {
    var message = WireMessage()
    for dimension in dimensions { message.integer(1, dimension) }
    message.integer(2, element.rawValue)
    message.text(8, name)
    // raw_data: little-endian, in row-major order.
    switch content {
    case .tensor(let tensor): message.tensor(9, tensor)
    case .floats(let values):
      message.bytes(9, Self.bytes(values.map(\.bitPattern)))
    case .doubles(let values):
      message.bytes(9, Self.bytes(values.map(\.bitPattern)))
    case .integers(let values):
      message.bytes(9, Self.bytes(values.map { Int64($0) }))
    }
    return message
  }

  private var element: ONNXElement {
    switch content {
    case .tensor, .floats: .float32
    case .doubles: .float64
    case .integers: .int64
    }
  }

  private static func bytes(_ values: [some FixedWidthInteger]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value) }
    return bytes
  }
}

extension ONNXValue {
  /// The type is a tensor's: its element, then its shape.
  fileprivate var message: WireMessage {
    var shape = WireMessage()
    for dimension in dimensions {
      var part = WireMessage()
      switch dimension {
      case .fixed(let size): part.integer(1, size)
      case .named(let name): part.text(2, name)
      }
      shape.message(1, part)
    }
    var tensor = WireMessage()
    tensor.integer(1, element.rawValue)
    tensor.message(2, shape)
    var type = WireMessage()
    type.message(1, tensor)
    var message = WireMessage()
    message.text(1, name)
    message.message(2, type)
    return message
  }
}
