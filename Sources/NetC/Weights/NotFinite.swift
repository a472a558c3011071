import IR
import Source
import Tensors

/// Weights that are NaN or infinite.
struct NotFinite {
  /// The tensors that hold some, with how many and where the first one is, by row-major index.
  private var tensors: [(parameter: Parameter, count: Int, first: Int)] = []

  mutating func look(at tensor: Tensor, of parameter: Parameter) {
    let count = tensor.withSpan { span in
      var count = 0
      // All ones in the exponent: infinity or NaN.
      for index in span.indices where span[index].bitPattern & 0x7F80_0000 == 0x7F80_0000 {
        count += 1
      }
      return count
    }
    guard count > 0 else { return }
    tensors.append((parameter, count, tensor.values.firstIndex { !$0.isFinite } ?? 0))
  }

  /// Nil where every number is finite.
  func finding(_ path: String) -> Diagnostic? {
    guard !tensors.isEmpty else { return nil }
    let count = tensors.reduce(0) { $0 + $1.count }
    let shown = 5
    var notes = tensors.prefix(shown).map { parameter, count, first in
      Diagnostic.Note(
        "`\(parameter.name)`, \(parameter.shape): \(count.grouped), the first is number "
          + first.grouped)
    }
    if tensors.count > shown { notes.append(.init("and \(tensors.count - shown) more tensors")) }
    let numbers = count == 1 ? "number is" : "numbers are"
    return Diagnostic(
      .notFiniteWeights, "\(count.grouped) \(numbers) NaN or infinite in the weights",
      severity: .warning, path: path, notes: notes,
      help: "results will be NaN wherever they reach; look for an earlier checkpoint")
  }
}
