import IR
import Kernels
import Tensors

/// Which buffer holds which value, and where the buffers lie.
struct Placement {
  private(set) var buffers: [Buffer] = []
  /// The buffer of every value that is no other's alias or part.
  private(set) var buffer: [ValueID: Int] = [:]
  /// The workspace of every step.
  private(set) var workspaces: [Int?] = []
  private(set) var arenaBytes = 0
  private(set) var lowerBound = 0
  private(set) var withoutReuse = 0
  private(set) var resultBytes = 0
  /// The most that a step asks for each thread.
  private(set) var scratchBytes = 0

  /// A buffer that has no place yet.
  private struct Pending {
    var bytes: Int
    var lifetime: ClosedRange<Int>
    var isResult = false
    /// How many values it holds, one after another.
    var values = 1
  }

  /// Every step of the draft has a kernel.
  init(_ draft: Draft, limit: Int) throws(PlanError) {
    guard var pending = hold(draft) else { throw .tooLarge(bytes: nil, limit: limit) }
    for index in draft.steps.indices {
      let scratch = Buffer.aligned(draft.choice(index).demand.scratchBytes)
      guard let scratch else { throw .tooLarge(bytes: nil, limit: limit) }
      scratchBytes = max(scratchBytes, scratch)
      let demanded = draft.choice(index).demand.workspaceBytes
      guard demanded > 0 else {
        workspaces.append(nil)
        continue
      }
      guard let bytes = Buffer.aligned(demanded) else {
        throw .tooLarge(bytes: nil, limit: limit)
      }
      workspaces.append(pending.count)
      pending.append(Pending(bytes: bytes, lifetime: index...index))
    }
    guard place(pending) else { throw .tooLarge(bytes: nil, limit: limit) }
  }

  /// Gives every value a buffer: its own, or that of an input which dies where it is made; nil
  /// where a size passes what can be addressed.
  private mutating func hold(_ draft: Draft) -> [Pending]? {
    let lastUses = draft.lastUses()
    let results = draft.resultHolders
    var pending: [Pending] = []
    func add(_ value: ValueID, madeAt step: Int) -> Bool {
      let root = draft.root(value).value
      guard buffer[root] == nil else { return true }
      let shape = draft.shape(root)
      guard let floats = draft.layout(root).imageFloats(shape),
        let bytes = product([floats, shape.n, MemoryLayout<Float>.stride])
      else { return false }
      buffer[root] = pending.count
      pending.append(
        Pending(
          bytes: bytes, lifetime: step...max(step, lastUses[root] ?? step),
          isResult: results.contains(root)))
      return true
    }
    for input in draft.inputs where !add(input.value, madeAt: 0) { return nil }
    for (index, step) in draft.steps.enumerated() {
      if let dying = draft.overwritten(at: index, lastUses, results), let shared = buffer[dying] {
        buffer[step.output] = shared
        pending[shared].values += 1
        let first = pending[shared].lifetime.lowerBound
        pending[shared].lifetime = first...max(index, lastUses[step.output] ?? index)
      }
      for result in step.results where !add(result, madeAt: index) { return nil }
    }
    return pending
  }

  /// Lays out the arena; false where it passes what can be addressed.
  private mutating func place(_ pending: [Pending]) -> Bool {
    var blocks: [ArenaLayout.Block] = []
    var (naive, results) = (ByteCount(), ByteCount())
    for buffer in pending {
      if buffer.isResult {
        results.add(buffer.bytes)
        continue
      }
      guard let bytes = Buffer.aligned(buffer.bytes) else { return false }
      naive.add(bytes, times: buffer.values)
      blocks.append(ArenaLayout.Block(bytes: bytes, lifetime: buffer.lifetime))
    }
    guard let naive = naive.bytes, let results = results.bytes, let layout = ArenaLayout(blocks),
      let bound = ArenaLayout.lowerBound(blocks)
    else { return false }
    (withoutReuse, resultBytes) = (naive, results)
    (arenaBytes, lowerBound) = (layout.bytes, bound)
    var (inArena, ofResults) = (0, 0)
    for buffer in pending {
      let place: Buffer.Place
      if buffer.isResult {
        place = .result(ofResults)
        ofResults += 1
      } else {
        place = .arena(offset: layout.offsets[inArena])
        inArena += 1
      }
      buffers.append(Buffer(place: place, bytes: buffer.bytes, lifetime: buffer.lifetime))
    }
    return true
  }
}

extension Draft {
  /// The kernel of a step.
  func choice(_ index: Int) -> KernelChoice {
    guard let choice = steps[index].choice else {
      preconditionFailure("kernels are chosen before memory")
    }
    return choice
  }

  /// Floats of one image of a value that has a place.
  func imageFloats(_ value: ValueID, channels: Int? = nil) -> Int {
    let shape = shape(value)
    guard
      let floats = layout(value).floats(
        channels: channels ?? shape.c, height: shape.h, width: shape.w)
    else { preconditionFailure("values that have a place can be addressed") }
    return floats
  }

  /// The last step that reads each value, one of its aliases or parts; results are read after all.
  fileprivate func lastUses() -> [ValueID: Int] {
    var last: [ValueID: Int] = [:]
    for (index, step) in steps.enumerated() {
      for value in step.inputs + step.results { last[root(value).value] = index }
    }
    for result in results { last[root(result.value).value] = steps.count }
    return last
  }

  /// The input in whose memory a step may leave its output: nothing reads it again, here or later,
  /// and both fill the memory alike.
  fileprivate func overwritten(
    at index: Int, _ lastUses: [ValueID: Int], _ results: Set<ValueID>
  ) -> ValueID? {
    let step = steps[index]
    guard slices[step.output] == nil, !results.contains(step.output) else { return nil }
    let roots = step.inputs.map { root($0).value }
    for place in choice(index).demand.overwritable.sorted() {
      let value = roots[place]
      if lastUses[value] == index, value == holder(step.inputs[place]), !results.contains(value),
        roots.filter({ $0 == value }).count == 1, shape(value) == shape(step.output),
        layout(value) == layout(step.output)
      {
        return value
      }
    }
    return nil
  }
}

extension Shape {
  /// As float32; a shape has fewer than 2^60 numbers.
  var bytes: Int { count * MemoryLayout<Float>.stride }
}
