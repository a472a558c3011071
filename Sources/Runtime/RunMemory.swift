import Kernels
import Planning
import Tensors

/// The buffers of a plan during one run: an arena, and the tensors to be handed out.
struct RunMemory {
  private let plan: Plan
  private let results: [Tensor]

  /// `results` are by the number of their buffers' places, each as large as its buffer.
  init(_ plan: Plan, results: [Tensor]) {
    self.plan = plan
    self.results = results
  }

  /// Puts an input where its readers expect it.
  func copy(_ tensor: Tensor, to location: Plan.Location, _ arena: inout Arena) {
    let count = tensor.shape.count
    // Both blocks hold `count` floats, and a fresh or arena block is no part of the input.
    let source = unsafe UnsafeBufferPointer(rebasing: tensor.storage.pointer[..<count])
    _ = unsafe floats(location.buffer, count, arena).update(fromContentsOf: source)
  }

  /// Runs one step; the views end with the call, and arena and results outlive it.
  func run(_ kernel: any PreparedKernel, _ step: Plan.Step, _ arena: inout Arena) {
    let inputs = zip(step.inputs, step.call.inputs).map { input, shape in
      // The verified plan keeps each buffer as large as its values and apart while alive.
      unsafe TensorView(shape, UnsafeBufferPointer(floats(input.buffer, shape.count, arena)))
    }
    let workspace = step.workspace.map { buffer in
      let shape = workspaceShape(buffer)
      return unsafe MutableTensorView(shape, floats(buffer, shape.count, arena))
    }
    let shape = step.call.output
    // The output lies apart from the inputs, or is the one that the kernel may overwrite.
    let output = unsafe MutableTensorView(shape, floats(step.output.buffer, shape.count, arena))
    kernel.run(inputs: inputs, workspace: workspace, output: output)
  }

  /// A tensor to hand out, under its port's shape.
  func result(_ port: Plan.Port) -> Tensor {
    guard case .result(let index) = plan.buffers[port.location.buffer].place else {
      preconditionFailure("results have tensors of their own")
    }
    return results[index].reshaped(port.shape)
  }

  private func workspaceShape(_ buffer: Int) -> Shape {
    guard let shape = Shape([plan.buffers[buffer].bytes / MemoryLayout<Float>.stride]) else {
      preconditionFailure("workspaces have the size of a shape")
    }
    return shape
  }

  /// The first `count` floats of a buffer; valid while the arena and the results live.
  @unsafe private func floats(
    _ buffer: Int, _ count: Int, _ arena: borrowing Arena
  ) -> UnsafeMutableBufferPointer<Float> {
    precondition(count <= plan.buffers[buffer].bytes / MemoryLayout<Float>.stride, "it fits")
    switch plan.buffers[buffer].place {
    case .arena(let offset): return unsafe arena.floats(at: offset, count: count)
    case .result(let index):
      // The tensor was made with as many floats as its buffer has.
      return unsafe UnsafeMutableBufferPointer(rebasing: results[index].storage.pointer[..<count])
    }
  }
}
