/// What every kernel family answers about its fields.
///
/// Sizes, parameters, cost, stride and meaning are read here and nowhere else.
package protocol SpecFamily: Hashable, Sendable, CustomStringConvertible {
  /// The type of the result, and the image sizes at which it exists.
  ///
  /// Throws where no size works or the inputs do not suit the fields.
  func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred

  /// The tensors to load, in the order in which `reference` takes them.
  func parameters(_ inputs: [TensorType]) throws(SpecError) -> [ParameterShape]

  /// Multiply-adds of convolutions, products and attention; nil where the count overflows.
  func multiplyAdds(inputs: [Shape], output: Shape) -> Int?

  /// The window that slides over the map, where there is one.
  var window: Window? { get }

  /// Whether a result sees a window or the whole map.
  var reach: Reach { get }

  /// What becomes of the result when strides before it, or its own, are taken away.
  var retargeting: Retargeting { get }

  /// The same operation on a map sampled `owed` times as densely.
  ///
  /// Rates and pads are multiplied by `owed`; the result has stride `stride`, which divides the
  /// present one; with `atrousAll` the stride that is lost multiplies rates and pads as well.
  /// Throws `refused` where `retargeting` refuses and there is something to change.
  func dense(owed: Size2, stride: Size2, atrousAll: Bool) throws(SpecError) -> Self

  /// The mean number of taps an output position has inside the map, of convolutions only.
  func live(inputs: [Shape], output: Shape) -> Double?

  /// The meaning: sums in double, one rounding to float at the end.
  ///
  /// The views must have the shapes of the call and of `parameters`; `output` overlaps no input,
  /// but for a pointwise operation's, which may be an input of the same shape.
  func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView)
}

extension SpecFamily {
  package func parameters(_ inputs: [TensorType]) throws(SpecError) -> [ParameterShape] { [] }
  package func multiplyAdds(inputs: [Shape], output: Shape) -> Int? { 0 }
  package var window: Window? { nil }
  package var reach: Reach { .local }
  package var retargeting: Retargeting { .exact }
  package func dense(
    owed: Size2, stride: Size2, atrousAll: Bool
  ) throws(SpecError) -> Self {
    if owed != .one, case .refused(let reason) = retargeting { throw .refused(reason) }
    return self
  }
  package func live(inputs: [Shape], output: Shape) -> Double? { nil }
}

/// The type of a result and the conditions on the image size under which it exists.
package struct Inferred: Hashable, Sendable {
  package var type: TensorType
  /// Only conditions that some size violates.
  package var conditions: [SizeCondition]

  package init(_ type: TensorType, _ conditions: [SizeCondition] = []) {
    self.type = type
    self.conditions = conditions
  }
}

/// A parameter tensor that an operation needs.
package struct ParameterShape: Hashable, Sendable {
  /// The last part of its name: weight, bias, running_mean, running_var.
  package var slot: String
  package var shape: Shape

  package init(_ slot: String, _ shape: Shape) {
    self.slot = slot
    self.shape = shape
  }
}

/// How much of its input one result sees.
package enum Reach: Hashable, Sendable { case local, global }

/// What a lower output stride does to an operation.
package enum Retargeting: Hashable, Sendable {
  case exact
  /// The result is another function of the image; the text says why.
  case approximate(String)
  case refused(String)
}
