import Formats
import Frontend
import IR
import Source
import Tensors

/// How much of one network's checkpoint another network loads, by names and shapes.
struct CheckpointOverlap: Sendable {
  struct Entry: Hashable, Sendable {
    let name: String
    /// In the checkpoint, or as the network wants it where the checkpoint has none.
    let shape: [Int]
    /// As the network wants it, where that is another shape.
    var wanted: [Int]?
  }

  /// The file, where there is one.
  let path: String?
  /// Tensors of the checkpoint, what rules leave out apart.
  let tensorCount: Int
  let loading: Int
  let otherShapes: [Entry]
  /// Of an element type that weights do not have.
  let otherTypes: [Entry]
  /// That the second network does not have.
  let gone: [Entry]
  /// That only the second network has.
  let needed: [Entry]
  let ignored: Int
  /// Tensors of the file that the first network lacks; nil without a file.
  let missing: Int?

  /// Without a file, the checkpoint has just what the first network expects under its own names.
  init(from old: LoadedNetwork, to new: LoadedNetwork, file: String?) throws(Diagnostic) {
    let source: any WeightSource
    if let file {
      source = try openWeights(file)
      let own = WeightMatch(old.graph.parameters, old.rules, source)
      missing = own.rows.count { $0.status != .optional && !$0.isFound }
    } else {
      source = ExpectedCheckpoint(old.graph.parameters)
      missing = nil
    }
    let match = WeightMatch(new.graph.parameters, new.rules, source)
    path = file
    var loaded: Set<String> = []
    var (shapes, types, needed): ([Entry], [Entry], [Entry]) = ([], [], [])
    for (parameter, row) in zip(match.parameters, match.rows) {
      let wanted = parameter.shape.dimensions
      guard let entry = row.entry else {
        if row.status == .missing { needed.append(Entry(name: parameter.name, shape: wanted)) }
        continue
      }
      let told = Entry(
        name: parameter.name, shape: row.dimensions ?? entry.dimensions, wanted: wanted)
      switch row.status {
      case .found: loaded.insert(entry.name)
      case .wrongShape, .wrongPart: shapes.append(told)
      case .wrongType: types.append(told)
      case .missing, .optional: continue
      }
    }
    gone = match.unused.map { Entry(name: $0.entry.name, shape: $0.entry.dimensions) }
    (otherShapes, otherTypes, self.needed) = (shapes, types, needed)
    loading = loaded.count
    ignored = match.ignored.count
    tensorCount = source.entries.count - match.ignored.count
  }

  /// Whether every tensor has its place, and every place its tensor.
  var isComplete: Bool { loading == tensorCount && needed.isEmpty }

  private func are(_ count: Int) -> String { count == 1 ? "is" : "are" }

  /// `312 of 318 tensors load; 4 have other shapes, 2 are gone; b needs 6 more`
  var text: String {
    var parts = ["\(loading) of \(tensorCount) tensors load"]
    var lost: [String] = []
    if !otherShapes.isEmpty {
      lost.append(
        otherShapes.count == 1 ? "1 has another shape" : "\(otherShapes.count) have other shapes")
    }
    if !otherTypes.isEmpty {
      lost.append("\(otherTypes.count) \(are(otherTypes.count)) of another type")
    }
    if !gone.isEmpty { lost.append("\(gone.count) \(are(gone.count)) gone") }
    if !lost.isEmpty { parts.append(lost.joined(separator: ", ")) }
    if ignored > 0 { parts.append("\(ignored) \(are(ignored)) ignored") }
    if !needed.isEmpty { parts.append("b needs \(needed.count) more") }
    return parts.joined(separator: "; ")
  }
}

extension WeightMatch.Row {
  fileprivate var isFound: Bool { if case .found = status { true } else { false } }
}

/// A checkpoint that has the parameters of a network and nothing else; its numbers are not there.
private struct ExpectedCheckpoint: WeightSource {
  let path = ""
  let entries: [WeightEntry]

  init(_ parameters: [Parameter]) {
    entries = parameters.map {
      WeightEntry(name: $0.name, type: .float32, dimensions: $0.shape.dimensions, range: 0..<0)
    }
  }

  func entry(_ name: String) -> WeightEntry? { entries.first { $0.name == name } }

  func read(_ name: String) throws(FormatError) -> Tensor {
    preconditionFailure("only names and shapes of it are looked at")
  }
}
