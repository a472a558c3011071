import IR
import Kernels
import Tensors

extension Draft {
  /// Chooses a kernel for every step, and with it how values lie; adds what has to be reordered.
  ///
  /// Steps are asked in order: each is told how its inputs lie and answers how it wants them.
  mutating func chooseKernels(_ kernels: KernelCatalogue) {
    var arrangement = Arrangement(self, kernels)
    for step in steps { arrangement.add(step) }
    arrangement.finish()
    self = arrangement.draft
  }
}

/// A draft whose steps have kernels.
private struct Arrangement {
  private(set) var draft: Draft
  private let kernels: KernelCatalogue
  /// What was reordered, under which shape and to which layout.
  private struct Wanted: Hashable {
    let value: ValueID
    let shape: Shape
    let layout: Layout
  }

  private var reordered: [Wanted: ValueID] = [:]
  /// Results that nothing inside reads but what asks for planes as well.
  private let planarResults: Set<ValueID>
  /// Values that some product still depends on: what follows the last keeps whole floats.
  private let factors: Set<ValueID>

  init(_ draft: Draft, _ kernels: KernelCatalogue) {
    self.draft = draft
    self.kernels = kernels
    let readers = draft.steps.filter {
      if case .reduction = $0.call.spec { false } else { true }
    }
    let read = Set(readers.flatMap(\.inputs).map { draft.holder($0) })
    planarResults = draft.resultHolders.subtracting(read)
    factors = draft.factors()
    self.draft.steps = []
  }

  mutating func add(_ step: Draft.Step) {
    var step = step
    switch step.call.spec {
    case .movement(.flatten):
      // Channel, row, column is the order of a planar map.
      draft.aliases[step.output] = planar(step.inputs[0])
    case .movement(.concat) where kernels.optimizes:
      let layout = layout(ofConcat: step)
      step.inputs = step.inputs.map { value($0, in: layout, step.origin) }
      draft.layouts[step.output] = layout
      draft.steps.append(step)
    default:
      let wanted = wanted(step)
      let call = KernelCall(
        step.call, epilogue: step.epilogue, reduction: step.reduction,
        inputs: step.inputs.map { draft.layout($0) },
        output: wanted)
      let choice = kernels.choose(call)
      step.inputs = zip(step.inputs, choice.demand.inputs).map { value($0, in: $1, step.origin) }
      for result in step.results { draft.layouts[result] = choice.demand.output }
      step.choice = choice
      draft.steps.append(step)
    }
  }

  /// Callers read planar maps.
  mutating func finish() {
    func planar(_ ports: [Draft.Port]) -> [Draft.Port] {
      ports.map { port in
        var port = port
        port.value = self.planar(port.value)
        return port
      }
    }
    draft.outputs = planar(draft.outputs)
    draft.taps = planar(draft.taps)
  }

  /// How what reads the results of a step would like them.
  private func wanted(_ step: Draft.Step) -> Layout {
    if planarResults.contains(step.output) { return .planar }
    return factors.isDisjoint(with: step.results) ? kernels.layout.wide : kernels.layout
  }

  /// Blocks, where every part begins with one; planes, where only a caller reads them or not.
  private func layout(ofConcat step: Draft.Step) -> Layout {
    let layout = wanted(step)
    var channel = 0
    for shape in step.call.inputs {
      if channel % layout.lanes != 0 { return .planar }
      channel += shape.c
    }
    return layout
  }

  private mutating func planar(_ value: ValueID) -> ValueID {
    self.value(value, in: .planar, draft.steps.last?.origin)
  }

  /// The value in a layout, by a step of its own where it lies otherwise.
  private mutating func value(
    _ value: ValueID, in layout: Layout, _ origin: Origin?
  ) -> ValueID {
    let (holder, shape) = (draft.holder(value), draft.shape(value))
    let present = draft.layout(holder)
    if present.matches(layout, shape) { return value }
    let wanted = Wanted(value: holder, shape: shape, layout: layout)
    if let known = reordered[wanted] { return known }
    let result = draft.makeValue(shape, layout)
    var move = Draft.Step.reorder(
      holder, from: present, to: layout, as: result, shape: shape, kernels,
      origin: draft.steps.last { $0.results.contains(holder) }?.origin ?? origin)
    move.alone = "it is \(present), and wanted \(layout)"
    draft.steps.append(move)
    reordered[wanted] = result
    return result
  }
}

extension Draft {
  /// The values from which a convolution, a dense layer or an attention is computed.
  fileprivate func factors() -> Set<ValueID> {
    var factors: Set<ValueID> = []
    for step in steps.reversed() {
      let takesProducts =
        switch step.call.spec {
        case .convolution, .product, .attention: true
        default: false
        }
      if takesProducts || !factors.isDisjoint(with: step.results) {
        factors.formUnion(step.inputs.map { holder($0) })
      }
    }
    return factors
  }
}

extension Draft.Step {
  /// A value copied to another place, in the same or another layout.
  static func reorder(
    _ value: ValueID, from present: Layout, to layout: Layout, as result: ValueID, shape: Shape,
    _ kernels: KernelCatalogue, origin: Origin?
  ) -> Draft.Step {
    let call: Call
    do throws(SpecError) {
      call = try Call.make(.movement(.identity), [shape])
    } catch {
      preconditionFailure("every map can be moved")
    }
    let isCopy = present == layout
    let name = isCopy ? "copy" : "reorder"
    guard let origin else { preconditionFailure("a value that moves has a reader or a maker") }
    return Draft.Step(
      call: call, inputs: [value], output: result, parameters: [],
      origin: Origin(op: name, span: origin.span, calls: origin.calls, path: origin.path),
      choice: kernels.choose(KernelCall(call, inputs: [present], output: layout)))
  }
}
