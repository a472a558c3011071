import Tensors

/// A map moved from one layout, or place, to another.
package struct Reorder: KernelImplementation {
  package init() {}

  package var name: String { "reorder" }

  package func accept(_ call: KernelCall) -> Acceptance {
    guard case .movement(.identity) = call.call.spec else {
      return .refused("it changes more than the layout")
    }
    guard call.epilogue.isEmpty else { return .refused("it has an epilogue") }
    return .accepted(KernelDemand(call))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    PreparedReorder(shape: call.call.output, from: call.inputs[0], to: call.output)
  }
}

/// Each part moves the channels of one unit: a common multiple of the lanes of both layouts.
private struct PreparedReorder: PreparedKernel {
  let shape: Shape
  let from: Layout
  let to: Layout
  private let unit: Int
  private let units: Int
  let stages: [Int]

  init(shape: Shape, from: Layout, to: Layout) {
    self.shape = shape
    self.from = from
    self.to = to
    unit = max(16, from.lanes, to.lanes)
    units = ceilDivide(shape.c, unit)
    stages = [shape.n * units]
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, index) = part.quotientAndRemainder(dividingBy: units)
    let (first, cells) = (index * unit, shape.h * shape.w)
    let end = min(first + unit, shape.c)
    // Blocks and planes up to `first` channels take as many floats in both layouts.
    let source = unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride + first * cells
    let target = unsafe memory.output.base + n * memory.output.imageStride + first * cells
    switch (from, to) {
    case (.planar, .planar):
      unsafe target.update(from: source, count: (end - first) * cells)
    case (.blocked(let a), .blocked(let b)) where a == b:
      unsafe target.update(from: source, count: ceilDivide(end - first, a) * a * cells)
    case (.planar, .blocked(let lanes)):
      for channel in stride(from: 0, to: end - first, by: lanes) {
        unsafe BlockedMap.pack(
          source + channel * cells, channels: min(lanes, end - first - channel),
          height: shape.h, width: shape.w, before: 0, into: target + channel * cells,
          packedWidth: shape.w, lanes: lanes)
      }
    case (.blocked(let lanes), .planar):
      for channel in stride(from: 0, to: end - first, by: lanes) {
        unsafe BlockedMap.unpack(
          source + channel * cells, lanes: lanes, cells: cells, into: target + channel * cells,
          channels: min(lanes, end - first - channel))
      }
    case (.blocked(let a), .blocked(let b)):
      for channel in 0..<end - first {
        let from = unsafe source + channel / a * a * cells + channel % a
        let to = unsafe target + channel / b * b * cells + channel % b
        for cell in 0..<cells { unsafe to[cell * b] = from[cell * a] }
      }
    }
  }
}

extension Layout {
  fileprivate var lanes: Int {
    switch self {
    case .planar: 1
    case .blocked(let lanes): lanes
    }
  }
}
