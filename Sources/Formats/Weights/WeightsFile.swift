package import Tensors

/// A safetensors file: its header is read at once, a tensor when it is asked for.
package struct WeightsFile: WeightSource {
  package let entries: [WeightEntry]
  /// The file's own notes, under `__metadata__`.
  package let metadata: [String: String]
  private let file: OpenFile
  private let indices: [String: Int]

  package init(_ path: String) throws(FormatError) {
    file = try OpenFile(path)
    let header = try SafetensorsHeader(file)
    entries = header.entries
    metadata = header.metadata
    var indices: [String: Int] = [:]
    for (index, entry) in header.entries.enumerated() { indices[entry.name] = index }
    self.indices = indices
  }

  package var path: String { file.path }

  package func entry(_ name: String) -> WeightEntry? {
    indices[name].map { entries[$0] }
  }

  package func read(_ name: String) throws(FormatError) -> Tensor {
    let place = "tensor \(quoted(name))"
    guard let entry = entry(name) else {
      throw FormatError(.malformed, "the file has no such tensor", at: place)
    }
    guard let shape = Shape(entry.dimensions) else {
      throw .limit("its shape \(entry.dimensions) is too large", at: place)
    }
    let tensor: Tensor
    do throws(AllocationError) {
      tensor = try Tensor(zeros: shape)
    } catch {
      throw .limit("needs \(error.bytes) bytes of memory, which cannot be had", at: place)
    }
    switch entry.type {
    case .float32: try file.readFloats(entry.range, into: tensor)
    case .float16:
      try file.readHalves(entry.range, into: tensor) { Float(Float16(bitPattern: $0)) }
    case .bfloat16:
      try file.readHalves(entry.range, into: tensor) { Float(bitPattern: UInt32($0) << 16) }
    default:
      throw .unsupported(
        "its elements are \(entry.type.rawValue), expected F32, F16 or BF16", at: place)
    }
    return tensor
  }
}

extension OpenFile {
  /// Little-endian float32 straight into a tensor's memory.
  fileprivate func readFloats(_ range: Range<Int>, into tensor: Tensor) throws(FormatError) {
    // The header's check made the range exactly four bytes for each element of the tensor.
    precondition(range.count == tensor.shape.count * 4, "a range as long as the tensor")
    try unsafe read(
      at: range.lowerBound, into: UnsafeMutableRawBufferPointer(tensor.storage.pointer))
  }

  /// Little-endian 16-bit elements, a piece at a time, each through `convert`.
  fileprivate func readHalves(
    _ range: Range<Int>, into tensor: Tensor, _ convert: (UInt16) -> Float
  ) throws(FormatError) {
    let piece = 1 << 20
    var offset = range.lowerBound
    var done = 0
    while offset < range.upperBound {
      let bytes = try bytes(offset..<min(offset + piece, range.upperBound))
      offset += bytes.count
      let first = done
      tensor.withMutableSpan { values in
        let source = bytes.span
        for half in 0..<source.count / 2 {
          let bits = UInt16(source[2 * half]) | UInt16(source[2 * half + 1]) << 8
          values[first + half] = convert(bits)
        }
      }
      done += bytes.count / 2
    }
  }
}
