import IR
import Source
import Tensors

@testable import Formats
@testable import Frontend
@testable import NetC

/// Tensors in memory, as a file would have them.
struct MemoryWeights: WeightSource {
  let path = "w.safetensors"
  let entries: [WeightEntry]
  private let tensors: [String: [Float]]

  /// Every tensor counts up from 0, but for those of other values.
  init(
    _ tensors: KeyValuePairs<String, [Int]>, types: [String: ElementType] = [:],
    values: [String: [Float]] = [:]
  ) {
    entries = tensors.map { name, shape in
      WeightEntry(name: name, type: types[name] ?? .float32, dimensions: shape, range: 0..<0)
    }
    self.tensors = Dictionary(
      uniqueKeysWithValues: tensors.map { name, shape in
        (name, values[name] ?? (0..<shape.reduce(1, *)).map(Float.init))
      })
  }

  func entry(_ name: String) -> WeightEntry? { entries.first { $0.name == name } }

  func read(_ name: String) throws(FormatError) -> Tensor {
    guard let entry = entry(name), let values = tensors[name], let shape = Shape(entry.dimensions),
      let tensor = try? Tensor(shape, values)
    else { throw FormatError(.malformed, "no such tensor") }
    return tensor
  }
}

/// Little-endian float32 tensors as a safetensors file.
func safetensors(_ tensors: KeyValuePairs<String, ([Int], [Float])>) -> [UInt8] {
  safetensors(tensors.map { ($0.key, $0.value.0, $0.value.1) })
}

func safetensors(_ tensors: [(name: String, shape: [Int], values: [Float])]) -> [UInt8] {
  var (header, data): ([String], [UInt8]) = ([], [])
  for (name, shape, values) in tensors {
    let start = data.count
    for value in values {
      for shift in [UInt32(0), 8, 16, 24] {
        data.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
    header.append(
      "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(data.count)]}"
    )
  }
  return safetensors(header: "{\(header.joined(separator: ","))}", data)
}

func safetensors(header: String, length: UInt64? = nil, _ data: [UInt8]) -> [UInt8] {
  let text = Array(header.utf8)
  let prefix = (0..<8).map { UInt8((length ?? UInt64(text.count)) >> (8 * $0) & 0xFF) }
  return prefix + text + data
}

/// The compiled network of a text, which has no errors.
func compiled(_ body: String) throws -> (checked: CheckedGraph, facts: NetworkFacts) {
  let text = "netc 1\nnetwork test {\n\(body)\n}\n"
  let compilation = Compilation(path: "test.net", bytes: Array(text.utf8)) { _ in nil }
  guard let checked = compilation.checked, let elaboration = compilation.elaboration else {
    throw Uncompiled(text: compilation.rendered(compilation.diagnostics))
  }
  return (checked, elaboration.facts)
}

struct Uncompiled: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

/// Holds parameters against a file of weights, and reads them all.
func bindWeights(
  _ parameters: [Parameter], rules: [RenameRule], source: any WeightSource,
  needed: Set<Int>? = nil, settings: [(name: String, value: Constant)] = []
) -> BoundWeights {
  WeightBinding(parameters, rules: rules, source: source, needed: needed, settings: settings)
    .read()
}
