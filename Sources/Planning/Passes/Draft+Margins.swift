import IR
import Tensors

extension Draft {
  /// Gives the margins of pads and crops to the convolution beside them.
  ///
  /// A convolution reads zeros outside its map, so zeros that a pad puts around it may as well be
  /// the convolution's own padding. Padding of a transposed convolution is what is cut off its
  /// result, so a crop behind one is more of it. Both need a result that nothing else reads.
  mutating func foldMargins() {
    let uses = useCounts()
    var makers: [ValueID: Int] = [:]
    var isGone = [Bool](repeating: false, count: steps.count)
    for index in steps.indices {
      let input = holder(steps[index].inputs[0])
      if let maker = makers[input], uses[input] == 1, !isGone[maker],
        let merged = Self.merged(steps[maker], steps[index])
      {
        steps[index] = merged
        isGone[maker] = true
      }
      makers[steps[index].output] = index
    }
    steps = steps.indices.filter { !isGone[$0] }.map { steps[$0] }
  }

  /// One convolution for two steps, the second of which reads the first.
  private static func merged(_ first: Step, _ second: Step) -> Step? {
    switch (first.call.spec, second.call.spec) {
    case (.movement(.pad(let margins, 0)), .convolution(let spec)) where !spec.transposed:
      return convolution(spec, adding: margins, on: first, parameters: second, as: second)
    case (.convolution(let spec), .movement(.crop(let margins))) where spec.transposed:
      return convolution(spec, adding: margins, on: first, parameters: first, as: second)
    default: return nil
    }
  }

  /// A convolution with more padding on the input of one step, as the result of another; nil where
  /// its padding is no number or passes what a spec may have.
  private static func convolution(
    _ spec: ConvolutionSpec, adding margins: Insets, on first: Step, parameters: Step,
    as second: Step
  ) -> Step? {
    guard case .explicit(let own) = spec.padding else { return nil }
    var spec = spec
    spec.padding = .explicit(
      Insets(
        top: own.top + margins.top, bottom: own.bottom + margins.bottom,
        left: own.left + margins.left, right: own.right + margins.right))
    guard let call = try? Call.make(.convolution(spec), [first.call.inputs[0]]),
      call.output == second.call.output
    else { return nil }
    var step = parameters
    step.call = call
    step.inputs = first.inputs
    step.output = second.output
    step.fused = [parameters.output == second.output ? first.origin : second.origin]
    return step
  }
}
