import Tensors

/// Why a plan cannot be made executable, or a run ended without results.
package enum RunError: Error, Hashable, Sendable, CustomStringConvertible {
  case inputCount(expected: Int, found: Int)
  case inputShape(name: String, expected: Shape, found: Shape)
  /// The tensors are not one for each parameter of the network.
  case weightCount(expected: Int, found: Int)
  case weightShape(name: String, expected: Shape, found: Shape)
  case outOfMemory(bytes: Int)
  case cancelled

  package var description: String {
    switch self {
    case .inputCount(let expected, let found):
      "the run takes \(expected) inputs, \(found) are given"
    case .inputShape(let name, let expected, let found):
      "input `\(name)` is \(found), the plan takes \(expected)"
    case .weightCount(let expected, let found):
      "the network has at least \(expected) parameters, \(found) tensors are given"
    case .weightShape(let name, let expected, let found):
      "weight `\(name)` is \(found), the network has \(expected)"
    case .outOfMemory(let bytes): "\(bytes) bytes of memory could not be had"
    case .cancelled: "the run was cancelled"
    }
  }
}
