import Tensors

/// What is done to every number of a call's result before it is stored.
package struct Epilogue: Hashable, Sendable {
  /// Of one expression: input 0 is the value so far, input k > 0 the epilogue's input k − 1,
  /// parameter i the epilogue's parameter i, a number a channel.
  package var stages: [Scalar] = []
  /// Each has the shape of the result, or one number for each channel.
  package var inputs: [Shape] = []
  package var parameterCount = 0
  /// What turns the result into a second one, stored beside it; nil where there is none.
  package var second: [Scalar]?

  package init() {}

  package static let none = Epilogue()

  package var isEmpty: Bool { stages.isEmpty && second == nil }
}

extension Epilogue {
  /// Adds the expression of a pointwise call whose input `position` is the value so far.
  ///
  /// The call's other inputs and its parameters are appended to the epilogue's.
  package mutating func append(_ spec: PointwiseSpec, _ call: Call, at position: Int) {
    let first = inputs.count
    var map: [Int] = []
    for index in call.inputs.indices {
      if index == position {
        map.append(0)
      } else {
        inputs.append(call.inputs[index])
        map.append(first + map.filter { $0 > 0 }.count + 1)
      }
    }
    let parameter = parameterCount
    stages.append(
      spec.expression.mapped(input: { map[$0] }, parameter: { parameter + $0 }))
    parameterCount += spec.slots.count
  }

  /// Makes the expression of a pointwise call of one input the second result.
  package mutating func setSecond(_ spec: PointwiseSpec) {
    precondition(second == nil, "there is one second result")
    let parameter = parameterCount
    second = [spec.expression.mapped(input: { $0 }, parameter: { parameter + $0 })]
    parameterCount += spec.slots.count
  }
}

extension Scalar {
  /// The same expression of other inputs and parameters.
  func mapped(input: (Int) -> Int, parameter: (Int) -> Int) -> Scalar {
    func map(_ scalar: Scalar) -> Scalar { scalar.mapped(input: input, parameter: parameter) }
    return switch self {
    case .input(let index): .input(input(index))
    case .parameter(let index): .parameter(parameter(index))
    case .constant: self
    case .add(let a, let b): .add(map(a), map(b))
    case .subtract(let a, let b): .subtract(map(a), map(b))
    case .multiply(let a, let b): .multiply(map(a), map(b))
    case .divide(let a, let b): .divide(map(a), map(b))
    case .minimum(let a, let b): .minimum(map(a), map(b))
    case .maximum(let a, let b): .maximum(map(a), map(b))
    case .negate(let a): .negate(map(a))
    case .exponential(let a): .exponential(map(a))
    case .squareRoot(let a): .squareRoot(map(a))
    case .hyperbolicTangent(let a): .hyperbolicTangent(map(a))
    case .power(let a, let exponent): .power(map(a), exponent)
    }
  }
}
