import IR
import Kernels
import Tensors

extension Draft {
  /// Lets a resize choose labels at once where nothing else reads its scores.
  ///
  /// A label depends on the scores of its own position alone, so they are never stored: at 1024x2048
  /// with 19 classes they would take 159 MB.
  mutating func fuseLabels() {
    let uses = useCounts()
    var producers: [ValueID: Int] = [:]
    var isGone = [Bool](repeating: false, count: steps.count)
    for index in steps.indices {
      producers[steps[index].output] = index
      guard case .reduction(.argmax) = steps[index].call.spec, steps[index].epilogue.isEmpty,
        uses[holder(steps[index].inputs[0])] == 1,
        let producer = producers[holder(steps[index].inputs[0])],
        case .resize = steps[producer].call.spec, steps[producer].epilogue.isEmpty
      else { continue }
      steps[producer].labels = steps[index].call
      steps[producer].output = steps[index].output
      steps[producer].fused.append(steps[index].origin)
      isGone[index] = true
    }
    steps = steps.indices.filter { !isGone[$0] }.map { steps[$0] }
  }
}
