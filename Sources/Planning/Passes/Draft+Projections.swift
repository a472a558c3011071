import IR
import Tensors

extension Draft {
  /// Projects the enlarged parts of a concat before they are enlarged.
  ///
  /// A 1x1 convolution without padding multiplies the channels of each position by one matrix W. Over
  /// a concat, W x = Σ Wᵢ xᵢ with Wᵢ the columns for part i. Where xᵢ = R a is a resize, each of its
  /// numbers is a mean of numbers of its own channel in a, with weights that are the same for all
  /// channels, so that Wᵢ (R a) = R (Wᵢ a). Where a has one number a channel, all of them are means
  /// of that number, and the projection gets the vector Wᵢ a added at every position: neither
  /// resize nor map is made. The bias stays with the parts that are left, and what follows the
  /// projection follows the sum. Nothing is rounded otherwise than a sum in another order is, but
  /// that Wᵢ a is stored as float32.
  mutating func splitProjections() {
    replaceSteps { draft, step, makers, uses in draft.split(step, makers, uses) }
  }

  /// Some channels of what a projection reads.
  private struct Part {
    let value: ValueID
    let channels: Range<Int>
  }

  private mutating func split(
    _ step: Step, _ makers: [ValueID: Step], _ uses: [ValueID: Int]
  ) -> [Step]? {
    guard let spec = step.projection, let concat = makers[holder(step.inputs[0])],
      case .movement(.concat) = concat.call.spec, uses[concat.output] == 1
    else { return nil }
    var rest: [Part] = []
    var early: [(part: Part, resize: Step)] = []
    var channel = 0
    for input in concat.inputs {
      let part = Part(value: input, channels: channel..<channel + shape(input).c)
      channel = part.channels.upperBound
      if let resize = makers[holder(input)], isWorthIt(step, resize, reads: uses[resize.output]) {
        early.append((part, resize))
      } else {
        rest.append(part)
      }
    }
    // One part has to give the sum its shape.
    if rest.isEmpty, let last = early.popLast() { rest.append(last.part) }
    guard !early.isEmpty else { return nil }

    var made: [Step] = []
    var addends: [ValueID] = []
    for (part, resize) in early {
      guard let steps = project(resize, step, part) else { return nil }
      made += steps
      addends.append(made[made.count - 1].output)
    }
    var inputs = rest.map(\.value)
    if inputs.count > 1 {
      guard let joined = self.step(.movement(.concat), inputs, concat.origin) else { return nil }
      made.append(joined)
      inputs = [joined.output]
    }
    let bias = step.parameters.dropFirst()
    let weight = StepParameter.channels(rest.map(\.channels), of: step.parameters[0])
    let sum = PointwiseSpec(
      inputs: 1 + addends.count,
      expression: (1...addends.count).reduce(.input(0)) { .add($0, .input($1)) })
    guard
      let main = self.step(
        .convolution(spec), inputs, parameters: [weight] + bias, step.origin),
      var last = self.step(.pointwise(sum), [main.output] + addends, step.origin.part("add")),
      last.call.output == step.call.output
    else { return nil }
    last.output = step.output
    note(step, early.map(\.part.channels.count).reduce(0, +), early.map(\.resize))
    return made + [main, last]
  }

  /// The product with a part's columns, of the map before it was enlarged: at every position, or as
  /// a number a channel.
  private mutating func project(_ resize: Step, _ step: Step, _ part: Part) -> [Step]? {
    guard
      let projection = self.step(
        step.columns, [resize.inputs[0]],
        parameters: [.channels([part.channels], of: step.parameters[0])], step.origin)
    else { return nil }
    if isVector(resize.call.inputs[0]) { return [projection] }
    guard let enlarged = self.step(resize.call.spec, [projection.output], resize.origin)
    else { return nil }
    return [projection, enlarged]
  }

  /// Whether the projection of what a step enlarges takes less work before it.
  private func isWorthIt(_ step: Step, _ resize: Step, reads: Int?) -> Bool {
    guard resize.enlargement != nil else { return false }
    let (source, output) = (resize.call.inputs[0], step.call.output)
    // Whoever else reads the map, this saves its channels' products.
    if isVector(source) { return output.h * output.w > 1 }
    guard reads == 1, case .convolution(let spec) = step.call.spec, spec.stride == .one,
      let late = try? Call.make(step.columns, [resize.call.output]),
      let early = try? Call.make(step.columns, [source]),
      let enlarged = try? Call.make(resize.call.spec, [early.output])
    else { return false }
    // Now the sum writes its result anyhow; then it reads another map.
    return Work(early, enlarged) < Work(resize.call, late)
  }

  private func isVector(_ shape: Shape) -> Bool { shape.h == 1 && shape.w == 1 }

  private mutating func note(_ step: Step, _ channels: Int, _ resizes: [Step]) {
    let vectors = resizes.count { isVector($0.call.inputs[0]) }
    rewrites.append(
      Plan.Rewrite(
        origin: step.origin,
        text: "\(channels) of its \(step.call.inputs[0].c) channels are projected before they are "
          + (vectors == resizes.count
            ? "spread over the map, and added as numbers" : "enlarged, and added")))
  }
}

extension Draft.Step {
  /// A projection on some of its channels: neither bias nor stride.
  fileprivate var columns: Spec {
    .convolution(
      ConvolutionSpec(outputChannels: call.output.c, kernel: .one, hasBias: false))
  }
}
