internal import Tensors

/// Writes a model piece by piece: the weights are not copied.
package enum ONNXWriter {
  /// The bytes that a protobuf message may have: 2 GiB less one.
  package static let limit = Int(Int32.max)

  /// Writes the bytes of a model into a file that is being made.
  ///
  /// Throws before the first byte where they are more than `limit`; `progress` hears the share that
  /// has been written.
  package static func write(
    _ model: ONNXModel, to file: inout AtomicFile, limit: Int = limit,
    progress: (Double) -> Void = { _ in }
  ) throws(FormatError) {
    let message = model.message
    guard message.count <= limit else {
      throw .limit("the model takes \(message.count) bytes, ONNX files have at most \(limit)")
    }
    var written = 0
    for piece in message.pieces {
      switch piece {
      case .bytes(let bytes): try file.write(bytes)
      case .tensor(let tensor):
        try tensor.withSpan { values throws(FormatError) in
          // Floats have no padding: their bytes are all initialised, and little-endian here.
          try file.write(unsafe values.bytes)
        }
      }
      written += piece.count
      progress(Double(written) / Double(max(message.count, 1)))
    }
  }
}
