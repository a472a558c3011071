import IR
import Kernels
import Tensors

extension Draft {
  /// Makes a step compute the first of its inputs itself, a part at a time, where nothing else reads
  /// that and the kernel that runs the step can.
  ///
  /// Every number is computed as before, so results are the same bits. The map between the two is
  /// never stored whole: it would leave the cache and come back.
  mutating func pairConvolutions(_ kernels: KernelCatalogue) {
    let uses = useCounts()
    var makers: [ValueID: Int] = [:]
    var isGone = [Bool](repeating: false, count: steps.count)
    for index in steps.indices {
      makers[steps[index].output] = index
      guard let source = steps[index].inputs.first.map({ holder($0) }), uses[source] == 1,
        let maker = makers[source], let pair = pair(steps[maker], steps[index], kernels)
      else { continue }
      steps[index] = pair
      isGone[maker] = true
    }
    steps = steps.indices.filter { !isGone[$0] }.map { steps[$0] }
  }

  /// The two steps as one; nil where they stay apart.
  private func pair(_ first: Step, _ second: Step, _ kernels: KernelCatalogue) -> Step? {
    guard let before = first.choice, let choice = second.choice, first.leading == nil,
      first.call.inputs.count == 1, first.epilogue.inputs.isEmpty, first.second == nil,
      first.reduction == nil, second.reduction == nil, case .convolution = first.call.spec
    else { return nil }
    var step = second
    let leading = LeadingCall(first.call, epilogue: first.epilogue)
    step.leading = Leading(call: leading, origins: [first.origin] + first.fused)
    step.inputs[0] = first.inputs[0]
    step.parameters = first.parameters + second.parameters
    let inputs = before.demand.inputs + choice.demand.inputs.dropFirst()
    let call = KernelCall(
      second.call, after: leading, epilogue: second.epilogue, inputs: inputs,
      output: choice.demand.output)
    switch kernels.lead(call, choice) {
    case .accepted(let demand):
      guard demand.inputs == inputs, demand.output == choice.demand.output else { return nil }
      step.choice = KernelChoice(kernel: choice.kernel, demand: demand, refusals: choice.refusals)
      return step
    case .refused: return nil
    }
  }
}
