import IR
import Kernels
import Tensors

/// The plan of a checked network at one size.
///
/// Only what the named outputs (all where nil) and the taps need is computed. Throws before
/// anything is allocated where arena, results, inputs and weights pass `memoryLimit` bytes.
package func plan(
  _ checked: CheckedGraph, at sizes: Sizes, outputs: [String]? = nil, taps: [ValueID] = [],
  kernels: KernelCatalogue = .standard, memoryLimit: Int = .max
) throws(PlanError) -> Plan {
  guard sizes.batch >= 1, sizes.windows >= 1, sizes.height >= 1, sizes.width >= 1,
    checked.admissible.contains(sizes)
  else { throw .inadmissible(sizes) }
  let graph = checked.graph
  var draft = try Draft(graph, at: sizes, outputs: outputs, taps: taps, limit: memoryLimit)
  let known = Set(draft.shapes.keys)

  // Sizes are numbers here, so nothing is read for its extents; first, because that ties maps to
  // others that never meet.
  if kernels.optimizes { draft.resolveSizes() }
  // What moves nothing costs nothing; early, because it hides what could be fused.
  draft.elideMovements()
  if kernels.optimizes {
    // Before fusion, which would hide that two steps are alike.
    draft.shareRepeats()
    // Before fusion, so that what follows a crop finds a convolution.
    draft.foldMargins()
    // Before fusion, which hides what a layer computes behind what follows it. Concats first: they
    // leave projections that nothing but a resize feeds.
    draft.splitProjections()
    draft.projectBeforeEnlarging()
    // After them, because a projection that has passed a resize may follow a convolution now.
    draft.mergeLinearPairs()
  }
  // Pointwise arithmetic joins the kernel before it, so that no map is read for it alone.
  if kernels.optimizes { draft.fusePointwise() }
  // After it, because scores with an epilogue are another kernel's.
  if kernels.optimizes { draft.fuseReductions() }
  // Kernels say how maps lie; this adds reorderings, which fusion must not see.
  draft.chooseKernels(kernels)
  // Now that it is known which convolutions go by rows, one takes the rows of the one before from
  // the cache.
  if kernels.optimizes { draft.pairConvolutions(kernels) }
  // With every layout known, the parts of concats are made in place.
  if kernels.optimizes { draft.placeConcats(kernels) }

  let placement = try Placement(draft, limit: memoryLimit)
  let memory = try demand(of: draft, placement, limit: memoryLimit)
  let peak = PeakMemory(graph, known: known, draft, placement, memory)
  let plan = assemble(graph, sizes, draft, placement, memory, peak)
  assert(plan.faults().isEmpty, plan.faults().joined(separator: "\n"))
  return plan
}

/// Everything that a run keeps in memory, within the limit.
private func demand(
  of draft: Draft, _ placement: Placement, limit: Int
) throws(PlanError) -> MemoryDemand {
  var (inputs, weights) = (ByteCount(), ByteCount())
  for input in draft.inputs { inputs.add(draft.shape(input.value).bytes) }
  for index in draft.steps.indices { weights.add(draft.choice(index).demand.packedBytes) }
  guard let inputs = inputs.bytes, let weights = weights.bytes else {
    throw .tooLarge(bytes: nil, limit: limit)
  }
  var total = ByteCount()
  for part in [
    placement.arenaBytes, placement.scratchBytes, placement.resultBytes, inputs, weights,
  ] { total.add(part) }
  guard let total = total.bytes, total <= limit else {
    throw .tooLarge(bytes: total.bytes, limit: limit)
  }
  return MemoryDemand(
    arena: placement.arenaBytes, arenaLowerBound: placement.lowerBound,
    withoutReuse: placement.withoutReuse, scratch: placement.scratchBytes,
    results: placement.resultBytes, inputs: inputs,
    weights: weights, total: total)
}

private func assemble(
  _ graph: Graph, _ sizes: Sizes, _ draft: Draft, _ placement: Placement,
  _ memory: MemoryDemand, _ peak: PeakMemory
) -> Plan {
  func location(_ value: ValueID) -> Plan.Location {
    let (holder, root) = (draft.holder(value), draft.root(value))
    guard let buffer = placement.buffer[root.value] else {
      preconditionFailure("every value of a draft has a buffer")
    }
    return Plan.Location(
      value: holder, buffer: buffer, offset: draft.imageFloats(root.value, channels: root.channel),
      floats: draft.imageFloats(holder),
      imageStride: draft.imageFloats(root.value),
      images: draft.shape(holder).n)
  }
  func ports(_ ports: [Draft.Port]) -> [Plan.Port] {
    ports.map {
      Plan.Port(name: $0.name, location: location($0.value), shape: draft.shape($0.value))
    }
  }
  let steps = draft.steps.enumerated().map { index, step in
    let choice = draft.choice(index)
    return Plan.Step(
      kernel: KernelCall(
        step.call, after: step.leading?.call, epilogue: step.epilogue, reduction: step.reduction,
        inputs: choice.demand.inputs,
        output: choice.demand.output),
      choice: choice, inputs: step.inputs.map(location), output: location(step.output),
      second: step.second.map(location), workspace: placement.workspaces[index],
      parameters: step.parameters, before: step.leading?.origins ?? [], origin: step.origin,
      alone: step.alone,
      fused: step.fused)
  }
  let joins = draft.joins.map {
    Plan.Join(whole: $0.whole, parts: $0.parts.map(location), origin: $0.origin)
  }
  let weights = Set(steps.flatMap(\.parameters).flatMap(\.stored)).sorted().map { index in
    let parameter = graph.parameters[index]
    return Plan.Weight(index: index, name: parameter.name, shape: parameter.shape)
  }
  return Plan(
    network: graph.name, sizes: sizes, inputs: ports(draft.inputs), steps: steps,
    joins: joins, rewrites: draft.rewrites, outputs: ports(draft.outputs), taps: ports(draft.taps),
    weights: weights,
    buffers: placement.buffers, memory: memory, peak: peak)
}
