import IR
import Kernels
import Tensors

extension Plan {
  /// What is wrong with the plan; empty for every plan that `plan` returns. It holds that
  ///
  /// 1. buffers in the arena are aligned, inside it, and apart while their lifetimes meet;
  /// 2. a step reads only memory that holds the value it means, as the steps before left it;
  /// 3. a step writes over no input, but for one of the same shape where the kernel may;
  /// 4. a step uses buffers within their lifetimes, and they are large enough;
  /// 5. after the last step every result is still there.
  package func faults() -> [String] {
    var verifier = PlanVerifier(self)
    verifier.checkBuffers()
    for port in inputs { verifier.write(port.location, port.shape, at: 0, "input \(port.name)") }
    for index in steps.indices { verifier.replay(index) }
    for port in outputs + taps {
      verifier.read(port.location, port.shape, at: steps.count, "result \(port.name)")
    }
    return verifier.faults
  }
}

/// Replays a plan on an abstract memory that knows which value each buffer holds.
private struct PlanVerifier {
  private let plan: Plan
  /// For every buffer the others that share bytes with it.
  private var overlaps: [[Int]]
  private var contents: [ValueID?]
  private(set) var faults: [String] = []

  init(_ plan: Plan) {
    self.plan = plan
    contents = plan.buffers.map { _ in nil }
    overlaps = plan.buffers.map { _ in [] }
    let placed = plan.buffers.enumerated().compactMap { index, buffer in
      buffer.arenaRange.map { (index: index, range: $0) }
    }
    .sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (position, buffer) in placed.enumerated() {
      for other in placed[(position + 1)...] {
        guard other.range.lowerBound < buffer.range.upperBound else { break }
        overlaps[buffer.index].append(other.index)
        overlaps[other.index].append(buffer.index)
      }
    }
  }

  mutating func checkBuffers() {
    for (index, buffer) in plan.buffers.enumerated() {
      guard let range = buffer.arenaRange else { continue }
      if range.lowerBound % Buffer.alignment != 0 { faults.append("b\(index) is not aligned") }
      if range.lowerBound < 0 || range.upperBound > plan.memory.arena {
        faults.append("b\(index) leaves the arena")
      }
      for other in overlaps[index]
      where other > index && plan.buffers[other].lifetime.overlaps(buffer.lifetime) {
        faults.append("b\(index) and b\(other) overlap while both are alive")
      }
    }
  }

  mutating func replay(_ index: Int) {
    let step = plan.steps[index]
    let name = "step \(index)"
    for (input, shape) in zip(step.inputs, step.call.inputs) {
      read(input, shape, at: index, name)
    }
    for (input, shape) in zip(step.inputs, step.call.inputs)
    where meet(input.buffer, step.output.buffer) {
      let mayOverwrite = step.choice.demand.mayOverwrite && shape == step.call.output
      if !mayOverwrite || input.buffer != step.output.buffer {
        faults.append("\(name) writes over its input in b\(input.buffer)")
      }
    }
    if let workspace = step.workspace {
      use(workspace, bytes: step.choice.demand.workspaceBytes, at: index, name)
      let used = step.inputs.map(\.buffer) + [step.output.buffer]
      if used.contains(where: { meet($0, workspace) }) {
        faults.append("\(name) has its workspace on its inputs or output")
      }
      clear(workspace)
    }
    write(step.output, step.call.output, at: index, name)
  }

  mutating func read(_ location: Plan.Location, _ shape: Shape, at step: Int, _ name: String) {
    use(location.buffer, bytes: shape.bytes, at: step, name)
    if contents[location.buffer] != location.value {
      faults.append(
        "\(name) finds another value than \(location.value.index) in b\(location.buffer)")
    }
  }

  mutating func write(_ location: Plan.Location, _ shape: Shape, at step: Int, _ name: String) {
    use(location.buffer, bytes: shape.bytes, at: step, name)
    clear(location.buffer)
    contents[location.buffer] = location.value
  }

  private mutating func use(_ buffer: Int, bytes: Int, at step: Int, _ name: String) {
    if plan.buffers[buffer].bytes < bytes { faults.append("\(name) does not fit b\(buffer)") }
    if !plan.buffers[buffer].lifetime.contains(step) {
      faults.append("\(name) uses b\(buffer) outside its lifetime")
    }
  }

  private mutating func clear(_ buffer: Int) {
    contents[buffer] = nil
    for other in overlaps[buffer] { contents[other] = nil }
  }

  private func meet(_ a: Int, _ b: Int) -> Bool { a == b || overlaps[a].contains(b) }
}
