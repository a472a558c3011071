import IR
import Kernels
import Planning
import Tensors
import Testing

extension Plan {
  /// The plan with other buffers or steps.
  fileprivate func with(buffers: [Buffer]? = nil, steps: [Step]? = nil) -> Plan {
    var plan = self
    plan.buffers = buffers ?? plan.buffers
    plan.steps = steps ?? plan.steps
    return plan
  }

  /// The plan with one buffer changed.
  fileprivate func changing(
    _ index: Int, to place: Buffer.Place? = nil, bytes: Int? = nil,
    lifetime: ClosedRange<Int>? = nil
  ) -> Plan {
    var changed = buffers
    changed[index] = Buffer(
      place: place ?? changed[index].place, bytes: bytes ?? changed[index].bytes,
      lifetime: lifetime ?? changed[index].lifetime)
    return with(buffers: changed)
  }
}

private func chain() throws -> Plan {
  var network = TestNetwork()
  let image = network.input("image", channels: 4)
  let a = try network.add("conv", .conv(4), [image], path: "a")
  let b = try network.add("conv", .conv(4), [a], path: "b")
  let c = try network.add("add", .sum, [a, b])
  network.output("y", try network.add("conv", .conv(4), [c], path: "d"))
  return try plan(
    try #require(network.checked), at: Sizes(height: 4, width: 4), kernels: .definitions)
}

@Test func soundPlansHaveNoFaults() throws {
  #expect(try chain().faults() == [])
}

@Test func badBuffersAreFound() throws {
  let plan = try chain()
  let (first, second) = (plan.steps[0].output.buffer, plan.steps[1].output.buffer)
  let shared = plan.changing(second, to: plan.buffers[first].place)
  #expect(shared.faults().contains { $0.contains("overlap while both are alive") })
  // The replay finds it too, where lifetimes say otherwise.
  let lying = plan.changing(second, to: plan.buffers[first].place, lifetime: 7...7)
  #expect(lying.faults().contains { $0.contains("finds another value") })
  let crooked = plan.changing(first, to: .arena(offset: 4))
  #expect(crooked.faults().contains("b\(first) is not aligned"))
  let outside = plan.changing(first, to: .arena(offset: plan.memory.arena))
  #expect(outside.faults().contains("b\(first) leaves the arena"))
  let small = plan.changing(first, bytes: 64)
  #expect(small.faults().contains("step 0 does not fit b\(first)"))
  let short = plan.changing(first, lifetime: 0...1)
  #expect(short.faults().contains("step 2 uses b\(first) outside its lifetime"))
}

@Test func badStepsAreFound() throws {
  let plan = try chain()
  #expect(!plan.with(steps: plan.steps.reversed()).faults().isEmpty)
  #expect(!plan.with(steps: plan.steps.dropLast()).faults().isEmpty)
  // The second convolution in place of its input, which is not its to overwrite.
  var steps = plan.steps
  let input = steps[1].inputs[0].buffer
  steps[1].output.buffer = input
  let faults = plan.with(steps: steps).faults()
  #expect(faults.contains("step 1 writes over its input in b\(input)"))
}
