import Formats
import Frontend
import IR
import Source
import Tensors

/// The tensors of a network's parameters, by index.
package struct BoundWeights: Sendable {
  /// Those that were not asked for are one number long: nothing reads them.
  package let tensors: [Tensor]
  package let diagnostics: DiagnosticSet
  /// Reads a tensor once more; nil where there is no file.
  let reader: WeightStore.Reader?

  init(tensors: [Tensor], diagnostics: DiagnosticSet, reader: WeightStore.Reader? = nil) {
    self.tensors = tensors
    self.diagnostics = diagnostics
    self.reader = reader
  }

  /// For a session that packs them.
  package var store: WeightStore { WeightStore(tensors, reader: reader) }
}

/// Reads the parameters that are `needed` (all where nil) from a file of weights.
///
/// Both sides are checked by the header: what the network wants and the file lacks, and what the
/// file has and nothing reads. Where something is wrong no tensor is read.
package func bindWeights(
  _ parameters: [Parameter], rules: [RenameRule], source: any WeightSource,
  needed: Set<Int>? = nil, settings: [(name: String, value: Constant)] = []
) -> BoundWeights {
  let match = WeightMatch(parameters, rules, source, settings: settings)
  var diagnostics = match.diagnostics
  guard !diagnostics.hasErrors else { return BoundWeights(tensors: [], diagnostics: diagnostics) }
  var tensors: [Tensor] = []
  do {
    let nothing = try Tensor(zeros: .one)
    for (index, row) in match.rows.enumerated() {
      guard case .found(let order) = row.status, let entry = row.entry,
        !parameters[index].isUnused, needed?.contains(index) ?? true
      else {
        tensors.append(nothing)
        continue
      }
      tensors.append(try row.tensor(entry, order, of: parameters[index], from: source))
    }
  } catch let error as FormatError {
    diagnostics.add(.unreadableWeights(source.path, error))
  } catch {
    diagnostics.add(.weightsPassMemory(source.path))
  }
  if let finding = NotFinite(parameters, tensors)?.finding(source.path) {
    diagnostics.add(finding)
  }
  return BoundWeights(tensors: tensors, diagnostics: diagnostics) {
    (index) throws(Diagnostic) in
    let row = match.rows[index]
    guard case .found(let order) = row.status, let entry = row.entry else {
      preconditionFailure("only what was bound is read again")
    }
    do {
      return try row.tensor(entry, order, of: parameters[index], from: source)
    } catch let error as FormatError {
      throw .unreadableWeights(source.path, error)
    } catch {
      throw .weightsPassMemory(source.path)
    }
  }
}

extension WeightMatch.Row {
  /// The tensor of a parameter as the file has it, in the order of the network's dimensions.
  fileprivate func tensor(
    _ entry: WeightEntry, _ order: [Int], of parameter: Parameter, from source: any WeightSource
  ) throws -> Tensor {
    var stored = try source.read(entry.name)
    if let part, let axis = part.axis(in: layout, rank: stored.shape.rank) {
      stored = try stored.part(part.range, axis: axis)
    }
    return try stored.permuted(order, to: parameter.shape)
  }
}

extension Graph {
  /// The parameters that some values need, by index.
  package func parameters(neededBy outputs: [ValueID]) -> Set<Int> {
    var needed: Set<Int> = []
    for id in reachable(from: outputs) {
      if let node = node(id) { needed.formUnion(node.parameters) }
    }
    return needed
  }
}

extension Shape {
  /// One number.
  static var one: Shape {
    guard let shape = Shape([1]) else { preconditionFailure("one number has a shape") }
    return shape
  }
}

extension Diagnostic {
  static func unreadableWeights(_ path: String, _ error: FormatError) -> Diagnostic {
    Diagnostic(.unreadableWeights, error.description, path: path)
  }

  fileprivate static func weightsPassMemory(_ path: String) -> Diagnostic {
    Diagnostic(.tooMuchMemory, "no memory is left for the weights", path: path)
  }
}
