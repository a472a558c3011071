import Tensors

/// Softmax of a resized map: the scores of some rows are resized into their place and turned into
/// shares there, while they are near.
struct ResizedShares: PreparedKernel {
  private let resize: PreparedResize
  private let result: Shape
  private let blocks: Int
  private let parts: MapParts

  init(_ call: KernelCall, _ spec: ResizeSpec, _ isa: VectorISA) {
    resize = PreparedResize(call, spec, lanes: isa.lanes)
    result = call.call.output
    blocks = ceilDivide(result.c, isa.lanes)
    parts = MapParts(
      images: result.n, blocks: 1, rows: result.h, rowFloats: result.w * result.c)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, _, band) = parts[part]
    let image = unsafe memory.output.base + n * memory.output.imageStride
    let plane = result.h * result.w
    for y in band {
      for block in 0..<blocks {
        unsafe resize.run(image: n, block: block, rows: y..<y + 1, memory)
      }
      // A row of every plane of the image.
      let row = unsafe image + y * result.w
      RowVector.each(result.w) { x, count in
        unsafe SoftmaxRow.run(
          row + x, row + x, count: count, channels: result.c, plane: plane)
      }
    }
  }
}
