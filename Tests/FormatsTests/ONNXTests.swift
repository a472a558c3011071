import Tensors
import TestSupport
import Testing

@testable import Formats

/// Bytes against the examples of protobuf's encoding guide and against onnx.proto's numbers.
struct ONNXTests {
  private func bytes(_ message: WireMessage) -> [UInt8] {
    let bytes = message.pieces.flatMap { piece -> [UInt8] in
      switch piece {
      case .bytes(let bytes): bytes
      case .tensor(let tensor): tensor.values.flatMap { Self.littleEndian($0.bitPattern) }
      }
    }
    #expect(bytes.count == message.count)
    return bytes
  }

  private static func littleEndian(_ bits: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) }
  }

  @Test(arguments: [
    (0, [0x08, 0x00]), (1, [0x08, 0x01]), (127, [0x08, 0x7F]), (128, [0x08, 0x80, 0x01]),
    (150, [0x08, 0x96, 0x01]), (16383, [0x08, 0xFF, 0x7F]), (16384, [0x08, 0x80, 0x80, 0x01]),
    (-1, [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01]),
    (Int.max, [0x08] + [UInt8](repeating: 0xFF, count: 8) + [0x7F]),
  ])
  func integers(_ value: Int, _ expected: [UInt8]) {
    var message = WireMessage()
    message.integer(1, value)
    #expect(bytes(message) == expected)
  }

  @Test func texts() {
    var message = WireMessage()
    message.text(2, "testing")
    message.text(16, "")
    #expect(
      bytes(message) == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x82, 0x01, 0x00])
  }

  @Test func floats() {
    var message = WireMessage()
    message.float(2, 1)
    #expect(bytes(message) == [0x15, 0x00, 0x00, 0x80, 0x3F])
  }

  @Test func messagesHoldTensorsWithoutCopies() throws {
    let tensor = try Tensor(try #require(Shape([2])), [1, -2])
    var inner = WireMessage()
    inner.integer(1, 150)
    inner.tensor(9, tensor)
    inner.integer(1, 1)
    var message = WireMessage()
    message.integer(1, 2)
    message.message(3, inner)
    message.integer(1, 3)
    #expect(
      bytes(message) == [
        0x08, 0x02, 0x1A, 0x0F, 0x08, 0x96, 0x01, 0x4A, 0x08, 0x00, 0x00, 0x80, 0x3F, 0x00, 0x00,
        0x00, 0xC0, 0x08, 0x01, 0x08, 0x03,
      ])
    #expect(message.pieces.count == 3)
    guard case .tensor(let held) = message.pieces[1] else {
      Issue.record("the tensor is a piece of its own")
      return
    }
    #expect(held.storage === tensor.storage)
  }

  /// y = Relu(x): what `onnx.helper` of the Python package onnx 1.23 makes of it.
  @Test func model() {
    let graph = ONNXGraph(
      name: "g",
      nodes: [
        ONNXNode(
          "Relu", name: "n", inputs: ["x"], outputs: ["y"],
          attributes: [ONNXAttribute("a", .integers([1, -1])), ONNXAttribute("b", .text("t"))])
      ],
      initializers: [
        ONNXTensor(name: "i", dimensions: [1], .integers([-2])),
        ONNXTensor(name: "d", dimensions: [], .doubles([0.5])),
      ],
      inputs: [ONNXValue(name: "x", element: .float32, dimensions: [.named("N"), .fixed(3)])],
      outputs: [ONNXValue(name: "y", element: .int64, dimensions: [])])
    let model = ONNXModel(producerVersion: "1", opset: 17, graph: graph)
    #expect(bytes(model.message) == Self.relu)
  }

  @Test func modelsPastTheLimitAreRefusedBeforeTheFirstByte() throws {
    let directory = try TemporaryDirectory()
    let graph = ONNXGraph(name: "g", nodes: [], initializers: [], inputs: [], outputs: [])
    let model = ONNXModel(producerVersion: "1", opset: 17, graph: graph)
    let size = model.message.count
    func write(limit: Int) -> FormatError? {
      failure { () throws(FormatError) in
        var file = try AtomicFile(directory.file("x.onnx"))
        try ONNXWriter.write(model, to: &file, limit: limit)
        try file.commit()
      }
    }
    #expect(write(limit: size - 1)?.kind == .limit)
    #expect(directory.names.isEmpty)
    #expect(write(limit: size) == nil)
    #expect(try directory.bytes("x.onnx") == bytes(model.message))
    #expect(ONNXWriter.limit == 2_147_483_647)
  }
}

extension ONNXTests {
  private static let relu: [UInt8] = [
    0x08, 0x08, 0x12, 0x04, 0x6E, 0x65, 0x74, 0x63, 0x1A, 0x01, 0x31, 0x3A, 0x7B, 0x0A, 0x2F,
    0x0A, 0x01, 0x78, 0x12, 0x01, 0x79, 0x1A, 0x01, 0x6E, 0x22, 0x04, 0x52, 0x65, 0x6C, 0x75,
    0x2A, 0x13, 0x0A, 0x01, 0x61, 0x40, 0x01, 0x40, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0x01, 0xA0, 0x01, 0x07, 0x2A, 0x09, 0x0A, 0x01, 0x62, 0x22, 0x01, 0x74, 0xA0,
    0x01, 0x03, 0x12, 0x01, 0x67, 0x2A, 0x11, 0x08, 0x01, 0x10, 0x07, 0x42, 0x01, 0x69, 0x4A,
    0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x2A, 0x0F, 0x10, 0x0B, 0x42, 0x01,
    0x64, 0x4A, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xE0, 0x3F, 0x5A, 0x14, 0x0A, 0x01,
    0x78, 0x12, 0x0F, 0x0A, 0x0D, 0x08, 0x01, 0x12, 0x09, 0x0A, 0x03, 0x12, 0x01, 0x4E, 0x0A,
    0x02, 0x08, 0x03, 0x62, 0x0B, 0x0A, 0x01, 0x79, 0x12, 0x06, 0x0A, 0x04, 0x08, 0x07, 0x12,
    0x00, 0x42, 0x04, 0x0A, 0x00, 0x10, 0x11,
  ]
}
