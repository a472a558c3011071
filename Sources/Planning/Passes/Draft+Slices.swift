import IR
import Kernels
import Tensors

extension Draft {
  /// Lets the parts of concats be made where they belong; copies those that cannot be.
  ///
  /// A part lies in the memory of the whole from its first channel on. It cannot where its memory
  /// is a caller's, where it is part of another whole, or where a kernel wants its images without
  /// gaps and there is more than one.
  mutating func placeConcats(_ kernels: KernelCatalogue) {
    let gapless = gaplessValues()
    var placed: [Step] = []
    for var step in steps {
      guard case .movement(.concat) = step.call.spec, step.choice == nil else {
        placed.append(step)
        continue
      }
      var channel = 0
      for (position, input) in step.inputs.enumerated() {
        var part = holder(input)
        if let reason = obstacle(to: part, gapless) {
          let copy = makeValue(shape(input), layout(input))
          var move = Step.reorder(
            part, from: layout(input), to: layout(input), as: copy, shape: shape(input), kernels,
            origin: step.origin)
          move.alone = reason
          placed.append(move)
          part = copy
          step.inputs[position] = copy
        }
        slices[part] = Slice(whole: step.output, channel: channel)
        channel += shape(input).c
      }
      joins.append(Join(whole: step.output, parts: step.inputs, origin: step.origin))
    }
    steps = placed
  }

  /// Values that a kernel reads or writes without gaps between images.
  private func gaplessValues() -> Set<ValueID> {
    var values: Set<ValueID> = []
    for step in steps where step.choice?.demand.needsWholeMaps == true {
      for value in step.inputs + step.results where shape(value).n > 1 {
        values.insert(holder(value))
      }
    }
    return values
  }

  /// Why a part cannot be made where the concat has it; nil where it can.
  private func obstacle(to part: ValueID, _ gapless: Set<ValueID>) -> String? {
    if slices[part] != nil { return "it is part of another concat" }
    if resultHolders.contains(part) { return "a caller gets it" }
    if inputs.contains(where: { $0.value == part }) { return "it is an input of the network" }
    if gapless.contains(part) { return "a kernel wants its images side by side" }
    // The channels of a flattened map are others than the map's.
    let isFlattened = aliases.contains { holder($0.value) == part && shape($0.key) != shape(part) }
    return isFlattened ? "it is a flattened map" : nil
  }
}
