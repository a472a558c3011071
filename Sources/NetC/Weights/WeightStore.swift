import IR
import Source
import Tensors

/// The weights of a network by parameter index, read when something is packed from them.
///
/// Nothing is kept: packed weights and the tensors of a file are never in memory together.
package struct WeightStore: Sendable {
  /// Reads the tensor of a parameter.
  package typealias Reader = @Sendable (Int) throws(Diagnostic) -> Tensor

  private let reader: Reader
  private let parameters: [Parameter]
  /// What is known of weights that are NaN or infinite.
  private var notFinite = NotFinite()
  private var seen: Set<Int> = []
  private let path: String

  /// Tensors that are there already.
  package init(_ tensors: [Tensor]) {
    reader = { (index) throws(Diagnostic) in tensors[index] }
    (parameters, path) = ([], "")
  }

  init(_ parameters: [Parameter], path: String, reader: @escaping Reader) {
    (self.parameters, self.path, self.reader) = (parameters, path, reader)
  }

  package mutating func tensor(_ index: Int) throws(Diagnostic) -> Tensor {
    let tensor = try reader(index)
    if index < parameters.count, seen.insert(index).inserted {
      notFinite.look(at: tensor, of: parameters[index])
    }
    return tensor
  }

  /// The warning that what was read so far deserves, once.
  package mutating func takeFinding() -> Diagnostic? {
    defer { notFinite = NotFinite() }
    return notFinite.finding(path)
  }
}
