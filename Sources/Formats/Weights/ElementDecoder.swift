internal import Tensors

extension ElementType {
  /// Whether weights may be stored so: the floating-point types that become float32.
  package var isWeight: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}

extension Tensor {
  /// A tensor of these dimensions, its elements read from a stream in row-major order.
  init(
    _ type: ElementType, _ dimensions: [Int], from stream: some ByteStream, at place: String
  ) throws(FormatError) {
    guard let shape = Shape(dimensions) else {
      throw .limit("its shape \(dimensions) is too large", at: place)
    }
    do throws(AllocationError) {
      try self.init(zeros: shape)
    } catch {
      throw .memory(error, at: place)
    }
    if type == .float32 {
      // The tensor's own memory: float32 is stored as it is computed with, little-endian.
      try unsafe stream.read(into: UnsafeMutableRawBufferPointer(storage.pointer))
    } else {
      try decode(type, from: stream, at: place)
    }
  }

  /// A piece at a time, so that only the tensor itself is in memory.
  private func decode(
    _ type: ElementType, from stream: some ByteStream, at place: String
  ) throws(FormatError) {
    let width = type.bits / 8
    let most = (1 << 18) / width
    var done = 0
    var bytes = [UInt8](repeating: 0, count: min(most, shape.count) * width)
    while done < shape.count {
      let count = min(most, shape.count - done)
      if bytes.count != count * width { bytes = [UInt8](repeating: 0, count: count * width) }
      try stream.read(into: &bytes)
      try withMutableSpan { values throws(FormatError) in
        let source = bytes.span
        for index in 0..<count {
          guard let value = source.element(type, at: index * width) else {
            throw .unsupported(
              "number \(done + index), of type \(type.rawValue), does not fit in float32", at: place
            )
          }
          values[done + index] = value
        }
      }
      done += count
    }
  }
}

extension Tensor {
  /// The elements of a view of these numbers, which are those of its span.
  func gathered(_ view: StridedView, at place: String) throws(FormatError) -> Tensor {
    do throws(AllocationError) {
      return try view.gather(self)
    } catch {
      throw .memory(error, at: place)
    }
  }
}

extension FormatError {
  fileprivate static func memory(_ error: AllocationError, at place: String) -> FormatError {
    .limit("needs \(error.bytes) bytes of memory, which cannot be had", at: place)
  }
}

extension Span<UInt8> {
  /// The element that begins at `offset` as float32: floats rounded, whole numbers exact.
  ///
  /// Nil where it does not fit, or the type is not read; a precondition keeps it inside.
  @inline(__always)
  fileprivate func element(_ type: ElementType, at offset: Int) -> Float? {
    switch type {
    case .float16: Float(Float16(bitPattern: littleEndian16(at: offset)))
    case .bfloat16: Float(bitPattern: UInt32(littleEndian16(at: offset)) << 16)
    case .float32: Float(bitPattern: littleEndian32(at: offset))
    case .float64: Self.rounded(Double(bitPattern: littleEndian64(at: offset)))
    case .bool: self[offset] == 0 ? 0 : 1
    case .uint8: Float(self[offset])
    case .int8: Float(Int8(bitPattern: self[offset]))
    case .uint16: Float(littleEndian16(at: offset))
    case .int16: Float(Int16(bitPattern: littleEndian16(at: offset)))
    case .uint32: Float(exactly: littleEndian32(at: offset))
    case .int32: Float(exactly: Int32(bitPattern: littleEndian32(at: offset)))
    case .uint64: Float(exactly: littleEndian64(at: offset))
    case .int64: Float(exactly: Int64(bitPattern: littleEndian64(at: offset)))
    case .float4, .float6E2M3, .float6E3M2, .float8E5M2, .float8E4M3, .float8E8M0, .complex64: nil
    }
  }

  private static func rounded(_ value: Double) -> Float? {
    let result = Float(value)
    return result.isInfinite && value.isFinite ? nil : result
  }

  private func littleEndian16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
  }

  private func littleEndian64(at offset: Int) -> UInt64 {
    UInt64(littleEndian32(at: offset)) | UInt64(littleEndian32(at: offset + 4)) << 32
  }
}
