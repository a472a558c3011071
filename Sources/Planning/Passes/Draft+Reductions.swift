import IR
import Kernels
import Tensors

extension Draft {
  /// Lets a resize take labels or softmax at once where nothing else reads its scores.
  ///
  /// Both depend on the scores of their own position alone, so the scores are never stored apart: at
  /// 1024x2048 with 19 classes they would take 159 MB.
  mutating func fuseReductions() {
    let uses = useCounts()
    var producers: [ValueID: Int] = [:]
    var isGone = [Bool](repeating: false, count: steps.count)
    for index in steps.indices {
      producers[steps[index].output] = index
      guard steps[index].call.isReductionOfPositions, steps[index].epilogue.isEmpty,
        uses[holder(steps[index].inputs[0])] == 1,
        let producer = producers[holder(steps[index].inputs[0])],
        case .resize = steps[producer].call.spec, steps[producer].epilogue.isEmpty
      else { continue }
      steps[producer].reduction = steps[index].call
      steps[producer].output = steps[index].output
      steps[producer].fused.append(steps[index].origin)
      isGone[index] = true
    }
    steps = steps.indices.filter { !isGone[$0] }.map { steps[$0] }
  }
}

extension Call {
  /// Whether every position of the result depends on the channels of that position alone.
  fileprivate var isReductionOfPositions: Bool {
    switch spec {
    case .reduction(.argmax), .reduction(.softmax): true
    default: false
    }
  }
}
