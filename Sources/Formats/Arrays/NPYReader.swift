package import Tensors

/// Reads .npy arrays of little-endian float32 in C order, of rank 1 to 4.
package enum NPYReader {
  package static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: NPYHeader.magic)
  }

  package static func read(_ path: String) throws(FormatError) -> Tensor {
    try read(bytes: FileReader.read(path))
  }

  package static func read(bytes: [UInt8]) throws(FormatError) -> Tensor {
    let header = try NPYHeader(bytes)
    guard header.elements == "<f4" else { throw unexpected(header.elements) }
    guard !header.isFortranOrder else {
      throw .unsupported(
        "the array is in Fortran order, expected C order: save numpy.ascontiguousarray(a)",
        at: "header")
    }
    guard (1...4).contains(header.dimensions.count) else {
      throw .unsupported(
        "the array has \(header.dimensions.count) dimensions, expected 1 to 4", at: "header")
    }
    guard let shape = Shape(header.dimensions) else {
      throw .malformed("the shape \(header.dimensions) has too many elements", at: "header")
    }
    guard shape.count > 0 else {
      throw .malformed("empty array of shape \(header.dimensions)", at: "header")
    }
    // `Shape` keeps four bytes an element below 2^62.
    guard shape.count * 4 == bytes.count - header.dataStart else {
      throw .malformed(
        "the shape \(header.dimensions) needs \(shape.count * 4) bytes, the file has "
          + "\(bytes.count - header.dataStart)", byte: header.dataStart)
    }
    do throws(AllocationError) {
      let tensor = try Tensor(zeros: shape)
      tensor.withMutableSpan { values in
        let source = bytes.span
        for index in 0..<values.count {
          let bits = source.littleEndian32(at: header.dataStart + index * 4)
          values[index] = Float(bitPattern: bits)
        }
      }
      return tensor
    } catch {
      throw .limit("needs \(error.bytes) bytes of memory, which cannot be had")
    }
  }

  private static func unexpected(_ elements: String) -> FormatError {
    let known = [
      "f2": "float16", "f4": "float32", "f8": "float64", "i1": "int8", "u1": "uint8",
      "i2": "int16", "u2": "uint16", "i4": "int32", "u4": "uint32", "i8": "int64",
      "u8": "uint64", "b1": "bool",
    ]
    let name = known[String(elements.dropFirst())].map { " (\($0))" } ?? ""
    let order = elements.hasPrefix(">") ? ", big-endian" : ""
    return .unsupported(
      "the elements are \(quoted(elements))\(name)\(order), expected \"<f4\" (float32): save "
        + "a.astype(\"<f4\")", at: "header")
  }
}

extension Span<UInt8> {
  /// The four bytes from `offset` on, lowest first; a precondition keeps them inside.
  func littleEndian32(at offset: Int) -> UInt32 {
    let low = UInt32(self[offset]) | UInt32(self[offset + 1]) << 8
    return low | UInt32(self[offset + 2]) << 16 | UInt32(self[offset + 3]) << 24
  }
}
