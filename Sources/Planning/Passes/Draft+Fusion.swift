import IR
import Kernels
import Tensors

extension Draft {
  /// Makes pointwise steps part of the step that computes what they read.
  ///
  /// A pointwise step reads every input at the position that it writes, so it may follow each
  /// number of a producer's result at once. That producer is the last of its inputs to be made, or
  /// another one that nothing else reads, which then waits until the rest is there. Where others
  /// read the producer's result too, a step of one input becomes its second result.
  mutating func fusePointwise() {
    var uses = useCounts()
    var made: [Step] = []
    // The place in `made` of what makes a value.
    var producers: [ValueID: Int] = [:]
    for var step in steps {
      switch place(of: step, made, producers, uses) {
      case .alone(let reason):
        step.alone = reason
        made.append(step)
      case .following(let producer, let position):
        let value = holder(step.inputs[position])
        (producers[value], uses[value]) = (nil, nil)
        made[producer].append(step, at: position)
        // Everything that the step reads is made by now.
        if producer < made.count - 1 {
          made.append(made.remove(at: producer))
          for (value, index) in producers where index > producer { producers[value] = index - 1 }
        }
      case .beside(let producer):
        made[producer].setSecond(step)
        producers[step.output] = producer
        continue
      }
      for result in made[made.count - 1].results { producers[result] = made.count - 1 }
    }
    steps = made
  }

  /// Longer epilogues would take long to compile, and no network has them.
  private static let mostStages = 16

  /// Where a step runs.
  private enum Place {
    /// In the producer of one of its inputs.
    case following(producer: Int, position: Int)
    /// As the second result of its only input's producer.
    case beside(producer: Int)
    /// By itself; the text says why, where it is pointwise.
    case alone(String?)
  }

  private func place(
    of step: Step, _ made: [Step], _ producers: [ValueID: Int], _ uses: [ValueID: Int]
  ) -> Place {
    guard case .pointwise = step.call.spec else { return .alone(nil) }
    let output = step.call.output
    let suits = step.call.inputs.allSatisfy {
      $0 == output || $0.dimensions == [output.n, output.c, 1, 1]
    }
    guard suits else { return .alone("an operand broadcasts along one side") }
    var reason = "it reads inputs of the network"
    var best: (producer: Int, position: Int)?
    for (position, input) in step.inputs.enumerated() {
      let value = holder(input)
      guard let producer = producers[value] else { continue }
      guard step.call.inputs[position] == output else {
        reason = "an operand of one number a channel is made last"
        continue
      }
      if case .movement = made[producer].call.spec {
        reason = "it follows what only moves values"
      } else if made[producer].output != value {
        reason = "it follows a second result"
      } else if made[producer].epilogue.stages.count >= Self.mostStages {
        reason = "what it follows has an epilogue of \(Self.mostStages) layers"
      } else if uses[value] == 1 {
        if producer > best?.producer ?? -1 { best = (producer, position) }
      } else if step.inputs.count == 1, made[producer].second == nil {
        return .beside(producer: producer)
      } else {
        reason = "others read what it follows"
      }
    }
    return best.map { .following(producer: $0.producer, position: $0.position) } ?? .alone(reason)
  }

  /// How often each holder is read, results once more.
  func useCounts() -> [ValueID: Int] {
    var counts: [ValueID: Int] = [:]
    for step in steps {
      for input in step.inputs { counts[holder(input), default: 0] += 1 }
    }
    for value in resultHolders { counts[value, default: 0] += 1 }
    return counts
  }

}

extension Draft.Step {
  fileprivate mutating func append(_ step: Draft.Step, at position: Int) {
    guard case .pointwise(let spec) = step.call.spec else {
      preconditionFailure("pointwise steps are fused")
    }
    epilogue.append(spec, step.call, at: position)
    for place in step.inputs.indices where place != position { inputs.append(step.inputs[place]) }
    parameters += step.parameters
    output = step.output
    fused.append(step.origin)
  }

  fileprivate mutating func setSecond(_ step: Draft.Step) {
    guard case .pointwise(let spec) = step.call.spec else {
      preconditionFailure("pointwise steps are fused")
    }
    epilogue.setSecond(spec)
    parameters += step.parameters
    second = step.output
    fused.append(step.origin)
  }
}
