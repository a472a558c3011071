import Kernels
import Planning
import Tensors

/// The memory and the threads of a plan's runs, one run at a time.
///
/// Everything is made beforehand: a run allocates nothing, but new results where a caller still
/// holds the last ones.
@safe package struct RunMemory: ~Copyable {
  private let plan: Plan
  private var arena: Arena
  /// What parts use while they run, a piece for each thread.
  private var scratch: Arena
  private let threads: ThreadPool
  /// By the number of their buffers' places, each as large as its buffer.
  private var results: [TensorStorage]
  /// Those of all steps' inputs, one step after the other.
  private let places: UnsafeMutableBufferPointer<MapPlace>
  private let memories: UnsafeMutableBufferPointer<KernelMemory>

  init(_ plan: Plan, threads: ThreadPool) throws(RunError) {
    self.init(
      plan, threads, results: try Self.makeResults(plan), arena: try Self.arena(plan.memory.arena),
      scratch: try Self.arena(plan.memory.scratch * threads.count))
  }

  private init(
    _ plan: Plan, _ threads: ThreadPool, results: [TensorStorage], arena: consuming Arena,
    scratch: consuming Arena
  ) {
    self.results = results
    self.arena = arena
    self.scratch = scratch
    self.plan = plan
    self.threads = threads
    let count = plan.steps.reduce(0) { $0 + $1.inputs.count }
    unsafe places = .allocate(capacity: count)
    unsafe memories = .allocate(capacity: plan.steps.count)
    locate()
  }

  deinit {
    // Allocated by `init`; places are plain numbers.
    unsafe places.deallocate()
    unsafe memories.deallocate()
  }

  /// Threads that run parts of a step.
  package var threadCount: Int { threads.count }

  /// Overwrites everything: a run depends on nothing that an earlier one left behind.
  package mutating func fill(_ value: Float) {
    arena.fill(value)
    scratch.fill(value)
  }

  /// Puts an input where its readers expect it, and gives results that a caller holds a new place.
  mutating func begin(_ inputs: [Tensor]) throws(RunError) {
    var areFree = true
    for index in results.indices where !isKnownUniquelyReferenced(&results[index]) {
      areFree = false
    }
    if !areFree {
      results = try Self.makeResults(plan)
      locate()
    }
    for (port, tensor) in zip(plan.inputs, inputs) {
      let count = tensor.shape.count
      // Both blocks hold `count` floats, and neither is part of the other.
      let source = unsafe UnsafeBufferPointer(rebasing: tensor.storage.pointer[..<count])
      let target = unsafe UnsafeMutableBufferPointer(
        start: place(port.location).base, count: count)
      _ = unsafe target.update(fromContentsOf: source)
    }
  }

  /// Runs one step.
  func run(_ kernel: any PreparedKernel, stages: [Int], step index: Int) {
    var part = unsafe StagePart(
      kernel: kernel, stage: 0, memory: unsafe memories[index], scratch: scratchBase,
      scratchFloats: plan.memory.scratch / MemoryLayout<Float>.stride)
    for (stage, parts) in stages.enumerated() {
      unsafe part.stage = stage
      // The pool is done with the pointer when it returns.
      unsafe withUnsafePointer(to: part) { pointer in
        unsafe threads.run(parts: parts, pointer) { context, part, thread in
          let work = unsafe context.assumingMemoryBound(to: StagePart.self)
          var memory = unsafe work.pointee.memory
          // There is a piece for every thread of the pool.
          unsafe memory.scratch = work.pointee.scratch + thread * work.pointee.scratchFloats
          unsafe work.pointee.kernel.run(stage: work.pointee.stage, part: part, memory)
        }
      }
    }
  }

  /// Where the scratch of the first thread begins, which may have no floats.
  @unsafe private var scratchBase: UnsafeMutablePointer<Float> {
    // The arena is at least a byte long.
    unsafe scratch.floats(at: 0, count: 0).baseAddress!
  }

  /// A tensor to hand out, under its port's shape.
  func result(_ port: Plan.Port) -> Tensor {
    guard case .result(let index) = plan.buffers[port.location.buffer].place else {
      preconditionFailure("results have tensors of their own")
    }
    return Tensor(port.shape, results[index])
  }

  private static func arena(_ bytes: Int) throws(RunError) -> Arena {
    do throws(AllocationError) {
      return try Arena(bytes: bytes)
    } catch {
      throw .outOfMemory(bytes: error.bytes)
    }
  }

  /// A tensor for every buffer that is handed out.
  private static func makeResults(_ plan: Plan) throws(RunError) -> [TensorStorage] {
    var results: [TensorStorage] = []
    for buffer in plan.buffers {
      guard case .result = buffer.place else { continue }
      do throws(AllocationError) {
        results.append(try TensorStorage(count: buffer.bytes / MemoryLayout<Float>.stride))
      } catch {
        throw .outOfMemory(bytes: error.bytes)
      }
    }
    return results
  }

  /// Writes down where everything lies.
  private func locate() {
    var next = 0
    for (index, step) in plan.steps.enumerated() {
      let first = next
      for input in step.inputs {
        // The block has a place for every input of every step.
        unsafe places.initializeElement(at: next, to: place(input))
        next += 1
      }
      unsafe memories.initializeElement(
        at: index,
        to: KernelMemory(
          inputs: places.baseAddress! + first, output: place(step.output),
          second: step.second.map { unsafe place($0) },
          workspace: step.workspace.map { unsafe floats($0, at: 0) }))
    }
  }

  /// The place of a value: the verified plan keeps it inside its buffer.
  @unsafe private func place(_ location: Plan.Location) -> MapPlace {
    unsafe MapPlace(
      base: floats(location.buffer, at: location.offset), imageStride: location.imageStride)
  }

  /// The floats of a buffer from one on; valid while the arena and the results live.
  @unsafe private func floats(_ buffer: Int, at first: Int) -> UnsafeMutablePointer<Float> {
    let count = plan.buffers[buffer].bytes / MemoryLayout<Float>.stride
    precondition(first < count, "a value lies inside its buffer")
    switch plan.buffers[buffer].place {
    case .arena(let offset):
      // The arena checks that the whole buffer lies inside it.
      return unsafe arena.floats(at: offset, count: count).baseAddress! + first
    case .result(let index):
      // The tensor was made with as many floats as its buffer has.
      return unsafe results[index].pointer.baseAddress! + first
    }
  }
}

/// What every part of a stage is called with.
@unsafe private struct StagePart {
  let kernel: any PreparedKernel
  var stage: Int
  let memory: KernelMemory
  let scratch: UnsafeMutablePointer<Float>
  /// Of one thread.
  let scratchFloats: Int
}
