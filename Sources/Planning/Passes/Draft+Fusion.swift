import IR
import Kernels
import Tensors

extension Draft {
  /// Makes pointwise steps part of the step that computes what they read.
  ///
  /// A pointwise step reads every input at the position that it writes, so it may follow each
  /// number of the producer's result at once; the producer is the last of its inputs to be made,
  /// so the others exist by then. Where others read the producer's result too, a step of one
  /// input becomes its second result.
  mutating func fusePointwise() {
    var producers: [ValueID: Int] = [:]
    var uses = useCounts()
    var isGone = [Bool](repeating: false, count: steps.count)
    for index in steps.indices {
      if let position = fusiblePosition(of: index, producers) {
        let value = holder(steps[index].inputs[position])
        let producer = producers[value]!
        if uses[value] == 1 {
          append(index, at: position, to: producer)
          isGone[index] = true
          producers[value] = nil
          producers[steps[producer].output] = producer
          uses[value] = nil
          continue
        }
        if steps[index].inputs.count == 1, steps[producer].second == nil,
          case .pointwise(let spec) = steps[index].call.spec
        {
          steps[producer].epilogue.setSecond(spec)
          steps[producer].parameters += steps[index].parameters
          steps[producer].second = steps[index].output
          steps[producer].fused.append(steps[index].origin)
          isGone[index] = true
          producers[steps[index].output] = producer
          continue
        }
      }
      producers[steps[index].output] = index
    }
    steps = steps.indices.filter { !isGone[$0] }.map { steps[$0] }
  }

  /// How often each holder is read, results once more.
  private func useCounts() -> [ValueID: Int] {
    var counts: [ValueID: Int] = [:]
    for step in steps {
      for input in step.inputs { counts[holder(input), default: 0] += 1 }
    }
    for value in resultHolders { counts[value, default: 0] += 1 }
    return counts
  }

  /// The input of a pointwise step that its last producer makes; nil where the step has to stand
  /// alone.
  private func fusiblePosition(of index: Int, _ producers: [ValueID: Int]) -> Int? {
    let step = steps[index]
    guard case .pointwise = step.call.spec, step.epilogue.isEmpty else { return nil }
    let places = step.inputs.indices.map { producers[holder(step.inputs[$0])] ?? -1 }
    guard let last = places.max(), last >= 0, let position = places.firstIndex(of: last),
      step.call.inputs[position] == step.call.output
    else { return nil }
    let value = holder(step.inputs[position])
    // Nothing follows a second result.
    guard steps[last].output == value else { return nil }
    if case .movement = steps[last].call.spec { return nil }
    let (n, c) = (step.call.output.n, step.call.output.c)
    let suits = step.call.inputs.allSatisfy {
      $0 == step.call.output || $0.dimensions == [n, c, 1, 1]
    }
    return suits ? position : nil
  }

  private mutating func append(_ index: Int, at position: Int, to producer: Int) {
    let step = steps[index]
    guard case .pointwise(let spec) = step.call.spec else {
      preconditionFailure("pointwise steps are fused")
    }
    steps[producer].epilogue.append(spec, step.call, at: position)
    for place in step.inputs.indices where place != position {
      steps[producer].inputs.append(step.inputs[place])
    }
    steps[producer].parameters += step.parameters
    steps[producer].output = step.output
    steps[producer].fused.append(step.origin)
  }
}
