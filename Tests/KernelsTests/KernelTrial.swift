import Tensors
import Testing

@testable import Kernels

/// A kernel run once, in the layouts that it wants, on memory between guard pages.
///
/// What has no meaning is NaN beforehand: lanes without a channel, gaps between images, outputs.
struct KernelTrial {
  var leading: LeadingCall?
  let call: Call
  var epilogue = Epilogue.none
  var reduction: Call?
  /// The layout that inputs are offered in, and the output is wanted in where `wanted` is nil.
  var layout = Layout.planar
  var wanted: Layout?
  /// Of single inputs, where they are offered in different ones.
  var layouts: [Layout]?
  /// Floats between images.
  var gap = 0
  /// Buffers end, rather than begin, at a guard page.
  var atEnd = true
  /// The input in whose memory the output lies, where the kernel allows it.
  var overwritten: Int?

  struct Outcome: Equatable {
    var result: [Float]
    var second: [Float]?
  }

  /// What the kernel is asked.
  var offered: KernelCall {
    let count = call.inputs.count + epilogue.inputs.count
    return KernelCall(
      call, after: leading, epilogue: epilogue, reduction: reduction,
      inputs: layouts ?? [Layout](repeating: layout, count: count), output: wanted ?? layout)
  }

  /// Nil where the kernel refuses. `tensors` are the call's inputs, the epilogue's, the leading call's
  /// parameters and its epilogue's, the call's, the epilogue's.
  func run(_ kernel: any KernelImplementation, _ tensors: [Tensor]) throws -> Outcome? {
    let (offered, count) = (offered, call.inputs.count + epilogue.inputs.count)
    guard case .accepted(let demand) = kernel.accept(offered) else { return nil }
    let gap = demand.needsWholeMaps ? 0 : gap
    let arranged = offered.arranged(demand)
    let prepared = try kernel.prepare(arranged, parameters: Array(tensors[count...]))
    let inputs = try zip(arranged.inputShapes, demand.inputs).enumerated().map { index, input in
      let values = Self.packed(tensors[index].values, input.0, input.1, gap: gap)
      return try GuardedMemory(values, atEnd: atEnd)
    }
    let nothing = [Float](repeating: .nan, count: offered.result.count)
    let blank = Self.packed(nothing, offered.result, demand.output, gap: gap)
    let reused = overwritten.flatMap { demand.overwritable.contains($0) ? inputs[$0] : nil }
    let output = try reused ?? GuardedMemory(blank, atEnd: atEnd)
    let second = try epilogue.second.map { _ in try GuardedMemory(blank, atEnd: atEnd) }
    let workspace = try GuardedMemory(
      [Float](repeating: .nan, count: demand.workspaceBytes / 4), atEnd: atEnd)
    let scratch = try GuardedMemory(
      [Float](repeating: .nan, count: demand.scratchBytes / 4), atEnd: atEnd)
    func place(_ memory: GuardedMemory, _ shape: Shape, _ layout: Layout) -> MapPlace {
      // Guarded memory is never empty.
      unsafe MapPlace(
        base: memory.buffer.baseAddress!, imageStride: layout.imageFloats(shape)! + gap)
    }
    let places = unsafe inputs.indices.map {
      unsafe place(inputs[$0], arranged.inputShapes[$0], demand.inputs[$0])
    }
    // The memory lives to the end of this function, and holds what the call says.
    unsafe places.withUnsafeBufferPointer { places in
      let memory = unsafe KernelMemory(
        inputs: places.baseAddress!, output: place(output, offered.result, demand.output),
        second: second.map { unsafe place($0, offered.result, demand.output) },
        workspace: workspace.buffer.baseAddress, scratch: scratch.buffer.baseAddress)
      for (stage, parts) in prepared.stages.enumerated() {
        for part in (0..<parts).reversed() {
          unsafe prepared.run(stage: stage, part: part, memory)
        }
      }
    }
    withExtendedLifetime((inputs, workspace, scratch)) {}
    func unpacked(_ memory: GuardedMemory) -> [Float] {
      Self.unpacked(memory.values, offered.result, demand.output, gap: gap)
    }
    return Outcome(result: unpacked(output), second: second.map(unpacked))
  }

  /// How the kernel writes its result; nil where it refuses.
  func resultLayout(_ kernel: any KernelImplementation) -> Layout? {
    guard case .accepted(let demand) = kernel.accept(offered) else { return nil }
    return demand.output
  }

  /// The same by the definitions.
  func expected(_ tensors: [Tensor]) throws -> Outcome {
    var trial = self
    trial.layout = .planar
    trial.wanted = nil
    trial.layouts = nil
    trial.overwritten = nil
    return try #require(try trial.run(ReferenceKernel(), tensors))
  }

  static func packed(
    _ values: [Float], _ shape: Shape, _ layout: Layout, gap: Int
  ) -> [Float] {
    let step = layout.imageFloats(shape)! + gap
    var result = [Float](repeating: .nan, count: step * shape.n - gap)
    each(shape, layout, step) { planar, place, half in
      let value = values[planar]
      guard let half else { return result[place] = value }
      var bits = result[place].bitPattern & ~(0xFFFF << (16 * half))
      bits |= UInt32(value.bfloat16Bits) << (16 * half)
      result[place] = Float(bitPattern: bits)
    }
    return result
  }

  static func unpacked(
    _ values: [Float], _ shape: Shape, _ layout: Layout, gap: Int
  ) -> [Float] {
    var result = [Float](repeating: .nan, count: shape.count)
    each(shape, layout, layout.imageFloats(shape)! + gap) { planar, place, half in
      result[planar] =
        half.map { Float(bfloat16Bits: UInt16(values[place].bitPattern >> (16 * $0) & 0xFFFF)) }
        ?? values[place]
    }
    return result
  }

  /// The row-major index of every number, and where it lies: the float, and the half of it.
  private static func each(
    _ shape: Shape, _ layout: Layout, _ step: Int, _ body: (Int, Int, UInt32?) -> Void
  ) {
    let cells = shape.h * shape.w
    var planar = 0
    for n in 0..<shape.n {
      for c in 0..<shape.c {
        for cell in 0..<cells {
          switch layout {
          case .planar: body(planar, n * step + c * cells + cell, nil)
          case .blocked(let lanes):
            body(planar, n * step + (c / lanes * cells + cell) * lanes + c % lanes, nil)
          case .blockedBF16(let lanes):
            let half = (c / lanes * cells + cell) * lanes + c % lanes
            body(planar, n * step + half / 2, UInt32(half % 2))
          }
          planar += 1
        }
      }
    }
  }
}
