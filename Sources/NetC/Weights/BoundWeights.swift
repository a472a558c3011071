import Formats
import Frontend
import IR
import Runtime
import Source
import Tensors

/// The tensors of a network's parameters, by index.
package struct BoundWeights: Sendable {
  /// Those that were not asked for are one number long: nothing reads them.
  package let tensors: [Tensor]
  package let diagnostics: DiagnosticSet
}

/// A network's parameters held against a file of weights, whose tensors are read later.
package struct WeightBinding: Sendable {
  /// What the header of the file says; where there are errors, no tensor may be read.
  package let diagnostics: DiagnosticSet
  package let store: WeightStore
  private let parameters: [Parameter]
  private let isRead: [Bool]

  /// Both sides are checked by the header: what the network wants and the file lacks, and what the
  /// file has and nothing reads. Parameters that are not `needed` (all where nil) are not read.
  package init(
    _ parameters: [Parameter], rules: [RenameRule], source: any WeightSource,
    needed: Set<Int>? = nil, settings: [(name: String, value: Constant)] = []
  ) {
    let match = WeightMatch(parameters, rules, source, settings: settings)
    diagnostics = match.diagnostics
    self.parameters = parameters
    isRead = parameters.indices.map { index in
      guard case .found = match.rows[index].status else { return false }
      return !parameters[index].isUnused && needed?.contains(index) ?? true
    }
    store = WeightStore(parameters, path: source.path) { (index) throws(Diagnostic) in
      let row = match.rows[index]
      guard case .found(let order) = row.status, let entry = row.entry else {
        preconditionFailure("only what was found is read")
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

  /// Random weights.
  init(_ parameters: [Parameter], seed: UInt64, path: String) {
    diagnostics = DiagnosticSet()
    self.parameters = parameters
    isRead = parameters.map { _ in true }
    store = WeightStore(parameters, path: path) { (index) throws(Diagnostic) in
      do throws(AllocationError) {
        return try randomWeights([parameters[index]], seed: seed)[0]
      } catch {
        throw .weightsPassMemory(path)
      }
    }
  }

  /// All tensors at once; where something is wrong, none.
  package func read() -> BoundWeights {
    var diagnostics = diagnostics
    var (tensors, store) = ([Tensor](), store)
    guard !diagnostics.hasErrors else {
      return BoundWeights(tensors: [], diagnostics: diagnostics)
    }
    do {
      let nothing = try Tensor(zeros: .one)
      for index in parameters.indices {
        tensors.append(isRead[index] ? try store.tensor(index) : nothing)
      }
    } catch let finding as Diagnostic {
      diagnostics.add(finding)
    } catch {
      diagnostics.add(.weightsPassMemory(""))
    }
    if let finding = store.takeFinding() { diagnostics.add(finding) }
    return BoundWeights(tensors: tensors, diagnostics: diagnostics)
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
