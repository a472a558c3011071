import Tensors

/// Maps put one after the other: blocks where every map begins with one, or planes.
package struct MapJoin: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "join" }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .movement(.concat) = call.call.spec else { return .refused("it joins nothing") }
    let isWhole = call.call.inputs.dropLast().allSatisfy { $0.c % isa.lanes == 0 }
    let layout: Layout = isWhole && call.output != .planar ? isa.layout : .planar
    let inputs = [Layout](repeating: layout, count: call.inputs.count)
    return .accepted(KernelDemand(inputs: inputs, output: layout))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    PreparedJoin(call.call, call.output)
  }
}

/// Each part copies some blocks or planes of one input.
private struct PreparedJoin: PreparedKernel {
  private struct Copy {
    let input: Int
    /// Blocks or planes, and the first of the result.
    let units: Range<Int>
    let target: Int
  }

  private let images: Int
  /// Floats of a block or plane.
  private let unitFloats: Int
  private let copies: [Copy]

  init(_ call: Call, _ layout: Layout) {
    images = call.output.n
    unitFloats = call.output.h * call.output.w * layout.cellFloats
    let step = max(1, (1 << 15) / unitFloats)
    var (copies, target) = ([Copy](), 0)
    for (index, input) in call.inputs.enumerated() {
      let units = ceilDivide(input.c, layout.lanes)
      for first in stride(from: 0, to: units, by: step) {
        let range = first..<min(first + step, units)
        copies.append(Copy(input: index, units: range, target: target + first))
      }
      target += units
    }
    self.copies = copies
  }

  var stages: [Int] { [images * copies.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, index) = part.quotientAndRemainder(dividingBy: copies.count)
    let copy = copies[index]
    let source = unsafe memory.inputs[copy.input]
    // Whole blocks or planes of an image in both.
    let from = unsafe source.base + n * source.imageStride + copy.units.lowerBound * unitFloats
    let to =
      unsafe memory.output.base + n * memory.output.imageStride + copy.target * unitFloats
    unsafe to.update(from: from, count: copy.units.count * unitFloats)
  }
}
