import Source
import Tensors

/// The weights of a network by parameter index.
///
/// A tensor is given up once nothing else is to be packed from it, and read again where another
/// size needs it: packed weights and files then share no memory for long.
package struct WeightStore: Sendable {
  /// Reads the tensor of a parameter.
  package typealias Reader = @Sendable (Int) throws(Diagnostic) -> Tensor

  private var tensors: [Tensor?]
  /// Nil where tensors are kept, because nothing could bring them back.
  private let reader: Reader?

  package init(_ tensors: [Tensor], reader: Reader? = nil) {
    self.tensors = tensors
    self.reader = reader
  }

  package mutating func tensor(_ index: Int) throws(Diagnostic) -> Tensor {
    if let tensor = tensors[index] { return tensor }
    guard let reader else { preconditionFailure("tensors are kept where they cannot be read") }
    return try reader(index)
  }

  /// Forgets a tensor that can be read again.
  mutating func release(_ index: Int) {
    if reader != nil { tensors[index] = nil }
  }
}
