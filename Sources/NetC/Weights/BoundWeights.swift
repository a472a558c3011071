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
      var stored = try source.read(entry.name)
      if let part = row.part, let axis = part.axis(in: row.layout, rank: stored.shape.rank) {
        stored = try stored.part(part.range, axis: axis)
      }
      tensors.append(try stored.permuted(order, to: parameters[index].shape))
    }
  } catch let error as FormatError {
    diagnostics.add(.unreadableWeights(source.path, error))
  } catch {
    diagnostics.add(.weightsPassMemory(source.path))
  }
  return BoundWeights(tensors: tensors, diagnostics: diagnostics)
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
