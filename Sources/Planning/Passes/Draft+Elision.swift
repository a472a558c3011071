import IR
import Tensors

extension Draft {
  /// Drops movements that move nothing: the result is another name for the input's memory.
  ///
  /// A movement only ever adds numbers or takes some away, and keeps the order of the rest; so
  /// it is the identity where the first input and the result have one shape.
  mutating func elideMovements() {
    steps.removeAll { step in
      guard case .movement = step.call.spec, step.call.inputs[0] == step.call.output
      else { return false }
      aliases[step.output] = step.inputs[0]
      return true
    }
  }
}
