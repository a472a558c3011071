package import Tensors

/// Writes .npy version 1.0, little-endian, C order.
package enum NPYWriter {
  /// A tensor as `<f4`, whole or not at all.
  package static func write(_ tensor: Tensor, to path: String) throws(FormatError) {
    var file = try AtomicFile(path)
    try write(tensor, to: &file)
    try file.commit()
  }

  /// The same into a file that is being made, from the tensor's own memory.
  package static func write(_ tensor: Tensor, to file: inout AtomicFile) throws(FormatError) {
    try file.write(header("<f4", tensor.shape.dimensions))
    try tensor.withSpan { values throws(FormatError) in
      // Floats have no padding: their bytes are all initialised, and little-endian here.
      try file.write(unsafe values.bytes)
    }
  }

  /// A tensor as `<f4`.
  package static func bytes(_ tensor: Tensor) -> [UInt8] {
    var result = header("<f4", tensor.shape.dimensions)
    result.reserveCapacity(result.count + tensor.shape.count * 4)
    tensor.withSpan { values in
      for index in values.indices { append(values[index].bitPattern, to: &result) }
    }
    return result
  }

  /// Whole numbers as `<i4`; as many values as the dimensions say.
  package static func bytes(_ values: [Int32], _ dimensions: [Int]) -> [UInt8] {
    precondition(Shape(dimensions)?.count == values.count, "as many values as the shape holds")
    var result = header("<i4", dimensions)
    for value in values { append(UInt32(bitPattern: value), to: &result) }
    return result
  }

  /// Bytes as `|u1`; as many values as the dimensions say.
  package static func bytes(_ values: [UInt8], _ dimensions: [Int]) -> [UInt8] {
    precondition(Shape(dimensions)?.count == values.count, "as many values as the shape holds")
    return header("|u1", dimensions) + values
  }

  /// Magic, version, length and literal, padded to a multiple of 64 bytes as numpy does.
  static func header(_ elements: String, _ dimensions: [Int]) -> [UInt8] {
    let list = dimensions.map(String.init).joined(separator: ", ")
    let shape = dimensions.count == 1 ? "(\(list),)" : "(\(list))"
    let text = "{'descr': '\(elements)', 'fortran_order': False, 'shape': \(shape), }"
    let padding = 63 - (10 + text.utf8.count) % 64
    let literal = Array((text + String(repeating: " ", count: padding) + "\n").utf8)
    let length = [UInt8(literal.count & 0xFF), UInt8(literal.count >> 8)]
    return NPYHeader.magic + [1, 0] + length + literal
  }

  private static func append(_ bits: UInt32, to bytes: inout [UInt8]) {
    for shift in [UInt32(0), 8, 16, 24] {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
}
