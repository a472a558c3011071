import Tensors

/// A map cut to, or put into, a frame of another size, in the layout in which it lies.
package struct MapFrame: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "frame" }

  func demand(_ call: KernelCall) -> Acceptance {
    guard Self.offset(call.call) != nil else { return .refused("it neither crops nor pads") }
    // A second input gives its extents and is not read.
    return .accepted(KernelDemand(inputs: call.inputs, output: call.inputs[0]))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard let (top, left, value) = Self.offset(call.call) else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedFrame(
      source: call.call.inputs[0], result: call.call.output, layout: call.output, top: top,
      left: left, value: value)
  }

  /// The cell of the source at the first of the result, perhaps outside, and what lies outside.
  private static func offset(_ call: Call) -> (top: Int, left: Int, value: Float)? {
    guard case .movement(let spec) = call.spec else { return nil }
    let (source, result) = (call.inputs[0], call.output)
    switch spec {
    case .identity, .concat, .flatten: return nil
    case .crop(let insets): return (insets.top, insets.left, 0)
    case .pad(let insets, let value): return (-insets.top, -insets.left, value)
    case .cropLike(let anchor):
      return (
        anchor.before(.height, larger: source.h, smaller: result.h),
        anchor.before(.width, larger: source.w, smaller: result.w), 0
      )
    case .padLike(let anchor):
      return (
        -anchor.before(.height, larger: result.h, smaller: source.h),
        -anchor.before(.width, larger: result.w, smaller: source.w), 0
      )
    }
  }
}

/// Each part writes some rows of one block or plane.
private struct PreparedFrame: PreparedKernel {
  let source: Shape
  let result: Shape
  let top: Int
  let left: Int
  let value: Float
  /// Floats of a cell.
  private let lanes: Int
  private let parts: MapParts

  init(source: Shape, result: Shape, layout: Layout, top: Int, left: Int, value: Float) {
    self.source = source
    self.result = result
    self.top = top
    self.left = left
    self.value = value
    lanes = layout.lanes
    parts = MapParts(
      images: result.n, blocks: ceilDivide(result.c, lanes), rows: result.h,
      rowFloats: 2 * result.w * lanes)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, unit, band) = parts[part]
    // Blocks or planes of an image, as large as the call says.
    let from =
      unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
      + unit * source.h * source.w * lanes
    let to =
      unsafe memory.output.base + n * memory.output.imageStride
      + unit * result.h * result.w * lanes
    let first = min(max(-left, 0), result.w)
    let end = max(first, min(source.w - left, result.w))
    for y in band {
      let row = unsafe to + y * result.w * lanes
      guard (0..<source.h).contains(y + top), first < end else {
        unsafe row.update(repeating: value, count: result.w * lanes)
        continue
      }
      // Columns first ..< end of the result are columns of the source.
      unsafe row.update(repeating: value, count: first * lanes)
      unsafe (row + first * lanes).update(
        from: from + ((y + top) * source.w + first + left) * lanes, count: (end - first) * lanes)
      unsafe (row + end * lanes).update(repeating: value, count: (result.w - end) * lanes)
    }
  }
}
