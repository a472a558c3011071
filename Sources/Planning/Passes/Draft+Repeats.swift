import IR
import Tensors

extension Draft {
  /// Computes once what is computed twice: a step with the spec, inputs and parameters of an earlier
  /// one gives the same numbers, so its result is another name for that one's.
  mutating func shareRepeats() {
    struct Work: Hashable {
      let spec: Spec
      let inputs: [ValueID]
      let parameters: [StepParameter]
    }
    var known: [Work: ValueID] = [:]
    var kept: [Step] = []
    for step in steps {
      let work = Work(
        spec: step.call.spec, inputs: step.inputs.map { holder($0) }, parameters: step.parameters)
      if let value = known[work] {
        aliases[step.output] = value
      } else {
        known[work] = step.output
        kept.append(step)
      }
    }
    steps = kept
  }
}
