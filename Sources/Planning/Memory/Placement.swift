import IR
import Kernels
import Tensors

/// Which buffer holds which value, and where the buffers lie.
struct Placement {
  private(set) var buffers: [Buffer] = []
  /// The buffer of every value that is not an alias.
  private(set) var buffer: [ValueID: Int] = [:]
  /// The workspace of every step.
  private(set) var workspaces: [Int?] = []
  private(set) var arenaBytes = 0
  private(set) var lowerBound = 0
  private(set) var withoutReuse = 0
  private(set) var resultBytes = 0

  /// A buffer that has no place yet.
  private struct Pending {
    var bytes: Int
    var lifetime: ClosedRange<Int>
    var isResult = false
    /// How many values it holds, one after another.
    var values = 1
  }

  /// `choices` has one element a step of the draft.
  init(_ draft: Draft, _ choices: [KernelChoice], limit: Int) throws(PlanError) {
    var pending = hold(draft, choices)
    for (step, choice) in choices.enumerated() {
      guard choice.demand.workspaceBytes > 0 else {
        workspaces.append(nil)
        continue
      }
      guard let bytes = Buffer.aligned(choice.demand.workspaceBytes) else {
        throw .tooLarge(bytes: nil, limit: limit)
      }
      workspaces.append(pending.count)
      pending.append(Pending(bytes: bytes, lifetime: step...step))
    }
    guard place(pending) else { throw .tooLarge(bytes: nil, limit: limit) }
  }

  /// Gives every value a buffer: its own, or that of an input which dies where it is made.
  private mutating func hold(_ draft: Draft, _ choices: [KernelChoice]) -> [Pending] {
    let lastUses = draft.lastUses()
    let results = Set(draft.results.map { draft.holder($0.value) })
    var pending: [Pending] = []
    func lastUse(_ value: ValueID, madeAt step: Int) -> Int { max(step, lastUses[value] ?? step) }
    func add(_ value: ValueID, madeAt step: Int) {
      buffer[value] = pending.count
      pending.append(
        Pending(
          bytes: draft.shape(value).bytes, lifetime: step...lastUse(value, madeAt: step),
          isResult: results.contains(value)))
    }
    for input in draft.inputs { add(input.value, madeAt: 0) }
    for (index, step) in draft.steps.enumerated() {
      let dying = step.inputs.first { input in
        let holder = draft.holder(input)
        return lastUses[holder] == index && draft.shape(input) == step.call.output
      }
      if choices[index].demand.mayOverwrite, !results.contains(step.output), let dying,
        let shared = buffer[draft.holder(dying)]
      {
        buffer[step.output] = shared
        pending[shared].values += 1
        let first = pending[shared].lifetime.lowerBound
        pending[shared].lifetime = first...lastUse(step.output, madeAt: index)
      } else {
        add(step.output, madeAt: index)
      }
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
  /// The last step that reads each value or one of its aliases; results are read after the last.
  fileprivate func lastUses() -> [ValueID: Int] {
    var last: [ValueID: Int] = [:]
    for (index, step) in steps.enumerated() {
      for input in step.inputs { last[holder(input)] = index }
    }
    for result in results { last[holder(result.value)] = steps.count }
    return last
  }
}

extension Shape {
  /// As float32; a shape has fewer than 2^60 numbers.
  var bytes: Int { count * MemoryLayout<Float>.stride }
}
