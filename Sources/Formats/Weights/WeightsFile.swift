package import Tensors

/// A safetensors file: its header is read at once, a tensor when it is asked for.
package struct WeightsFile: WeightSource {
  package let entries: [WeightEntry]
  /// The file's own notes, under `__metadata__`.
  package let metadata: [String: String]
  private let file: OpenFile
  private let indices: [String: Int]

  package init(_ path: String) throws(FormatError) {
    try self.init(OpenFile(path))
  }

  init(_ file: OpenFile) throws(FormatError) {
    self.file = file
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
    guard entry.type.isWeight else {
      throw .unsupported(
        "its elements are \(entry.type.rawValue), expected F32, F16, BF16 or F64", at: place)
    }
    return try Tensor(
      entry.type, entry.dimensions, from: FileStream(file, entry.range), at: place)
  }
}
