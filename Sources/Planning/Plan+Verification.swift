import IR
import Kernels
import Tensors

extension Plan {
  /// What is wrong with the plan; empty for every plan that `plan` returns. It holds that
  ///
  /// 1. buffers in the arena are aligned, inside it, and apart while their lifetimes meet;
  /// 2. a step reads only memory that holds the value it means, as the steps before left it;
  /// 3. a step writes over no input, but for one of the same shape and layout where the kernel may;
  /// 4. a step uses buffers within their lifetimes, and they are large enough;
  /// 5. after the last step every result is still there;
  /// 6. a step's parameters have the shapes that its call takes.
  package func faults() -> [String] {
    var verifier = PlanVerifier(self)
    verifier.checkBuffers()
    for port in inputs { verifier.write(port.location, at: 0, "input \(port.name)") }
    for index in steps.indices { verifier.replay(index) }
    for port in outputs + taps {
      verifier.read(port.location, at: steps.count, "result \(port.name)")
    }
    return verifier.faults
  }
}

/// Replays a plan on an abstract memory that knows which values each buffer holds.
private struct PlanVerifier {
  private typealias Location = Plan.Location
  private let plan: Plan
  private let joins: [ValueID: Plan.Join]
  private let weights: [Int: Shape]
  /// For every buffer the others that share bytes with it.
  private var overlaps: [[Int]]
  /// Values by buffer, apart from each other.
  private var contents: [[Location]]
  private(set) var faults: [String] = []

  init(_ plan: Plan) {
    self.plan = plan
    weights = Dictionary(uniqueKeysWithValues: plan.weights.map { ($0.index, $0.shape) })
    joins = Dictionary(uniqueKeysWithValues: plan.joins.map { ($0.whole, $0) })
    contents = plan.buffers.map { _ in [] }
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
    let shapes = step.parameters.map { $0.shape { stored in weights[stored] } }
    let leading = step.kernel.leading
    let count = leading.map { $0.call.parameters.count } ?? 0
    let skipped = leading?.epilogue.parameterCount ?? 0
    let wanted = (leading?.call.parameters ?? []) + step.call.parameters
    let found = shapes.prefix(count) + shapes.dropFirst(count + skipped)
    if Array(found.prefix(wanted.count)) != wanted.map(\.shape) {
      faults.append("\(name) has other parameters")
    }
    for input in step.inputs { read(input, at: index, name) }
    let outputs = [step.output] + (step.second.map { [$0] } ?? [])
    for output in outputs {
      for (place, input) in step.inputs.enumerated() where meet(input, output) {
        let isSame =
          output == outputs[0] && input.buffer == output.buffer && input.range == output.range
          && input.imageStride == output.imageStride
          && step.kernel.inputShapes[place] == step.kernel.result
          && step.kernel.inputs[place] == step.kernel.output
        if !isSame || !step.choice.demand.overwritable.contains(place) {
          faults.append("\(name) writes over its input in b\(input.buffer)")
        }
      }
    }
    if outputs.count == 2, meet(outputs[0], outputs[1]) {
      faults.append("\(name) writes two results to one place")
    }
    if let workspace = step.workspace {
      let bytes = step.choice.demand.workspaceBytes
      let place = Location(
        value: step.output.value, buffer: workspace, floats: bytes / MemoryLayout<Float>.stride,
        imageStride: 0, images: 1)
      use(place, at: index, name)
      if (step.inputs + outputs).contains(where: { meet($0, place) }) {
        faults.append("\(name) has its workspace on its inputs or output")
      }
      clear(place)
    }
    for output in outputs { write(output, at: index, name) }
  }

  mutating func read(_ location: Plan.Location, at step: Int, _ name: String) {
    use(location, at: step, name)
    if !holds(location) {
      faults.append(
        "\(name) finds another value than \(location.value.index) in b\(location.buffer)")
    }
  }

  /// Whether the value, or every part of it, is at its place.
  private func holds(_ location: Plan.Location) -> Bool {
    if contents[location.buffer].contains(location) { return true }
    guard let join = joins[location.value] else { return false }
    let floats = join.parts.reduce(0) { $0 + $1.floats }
    return floats >= location.floats && join.parts.allSatisfy { holds($0) }
  }

  mutating func write(_ location: Plan.Location, at step: Int, _ name: String) {
    use(location, at: step, name)
    clear(location)
    contents[location.buffer].append(location)
  }

  private mutating func use(_ location: Plan.Location, at step: Int, _ name: String) {
    let buffer = plan.buffers[location.buffer]
    let end = location.offset * MemoryLayout<Float>.stride + location.bytes
    if location.offset < 0 || end > buffer.bytes {
      faults.append("\(name) does not fit b\(location.buffer)")
    }
    if !buffer.lifetime.contains(step) {
      faults.append("\(name) uses b\(location.buffer) outside its lifetime")
    }
  }

  private mutating func clear(_ location: Plan.Location) {
    let rest = contents[location.buffer].filter { !meet($0, location) }
    contents[location.buffer] = rest
    for other in overlaps[location.buffer] { contents[other] = [] }
  }

  private func meet(_ a: Plan.Location, _ b: Plan.Location) -> Bool {
    guard a.buffer == b.buffer else { return overlaps[a.buffer].contains(b.buffer) }
    return a.imageStride != b.imageStride || a.range.overlaps(b.range)
  }
}
