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
      guard case .pointwise(let spec) = steps[index].call.spec else {
        producers[steps[index].output] = index
        continue
      }
      switch place(of: index, producers, uses) {
      case .alone(let reason):
        steps[index].alone = reason
        producers[steps[index].output] = index
      case .following(let producer, let position):
        let value = holder(steps[index].inputs[position])
        append(index, at: position, to: producer)
        isGone[index] = true
        (producers[value], uses[value]) = (nil, nil)
        producers[steps[producer].output] = producer
      case .beside(let producer):
        steps[producer].epilogue.setSecond(spec)
        steps[producer].parameters += steps[index].parameters
        steps[producer].second = steps[index].output
        steps[producer].fused.append(steps[index].origin)
        isGone[index] = true
        producers[steps[index].output] = producer
      }
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

  /// Where a pointwise step runs.
  private enum Place {
    /// In the producer of one of its inputs.
    case following(producer: Int, position: Int)
    /// As the second result of its only input's producer.
    case beside(producer: Int)
    /// By itself; the text says why.
    case alone(String)
  }

  private func place(
    of index: Int, _ producers: [ValueID: Int], _ uses: [ValueID: Int]
  ) -> Place {
    let step = steps[index]
    let makers = step.inputs.map { producers[holder($0)] ?? -1 }
    guard let last = makers.max(), last >= 0, let position = makers.firstIndex(of: last) else {
      return .alone("it reads inputs of the network")
    }
    let (n, c) = (step.call.output.n, step.call.output.c)
    guard step.call.inputs[position] == step.call.output else {
      return .alone("its last operand to be made has another shape, so the others wait for it")
    }
    guard
      step.call.inputs.allSatisfy({
        $0 == step.call.output || $0.dimensions == [n, c, 1, 1]
      })
    else { return .alone("an operand broadcasts along one side") }
    if case .movement = steps[last].call.spec { return .alone("it follows what only moves values") }
    let value = holder(step.inputs[position])
    guard steps[last].output == value else { return .alone("it follows a second result") }
    if uses[value] == 1 { return .following(producer: last, position: position) }
    guard step.inputs.count == 1, steps[last].second == nil else {
      return .alone("others read what it follows")
    }
    return .beside(producer: last)
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
