import Kernels
import Tensors

/// A step that is made ready with its parameters, which are let go after that.
struct PackingJob {
  let step: Int
  let implementation: any KernelImplementation
  let call: KernelCall
  let parameters: [Tensor]

  var bytes: Int { parameters.reduce(0) { $0 + $1.shape.count * MemoryLayout<Float>.stride } }

  typealias Outcome = Result<any PreparedKernel, AllocationError>

  /// One outcome a job, whichever threads packed; on several, some jobs are worth waiting for.
  static func run(_ jobs: [PackingJob], on threads: ThreadPool) -> [Outcome] {
    unsafe withUnsafeTemporaryAllocation(of: Outcome.self, capacity: jobs.count) { outcomes in
      guard let first = outcomes.baseAddress else { return [] }
      let work = unsafe PackingWork(jobs: jobs, outcomes: first)
      // The pool is done with the pointer when it returns; every part writes the place of its job.
      unsafe withUnsafePointer(to: work) { pointer in
        unsafe threads.run(parts: jobs.count, pointer) { context, part, _ in
          let work = unsafe context.assumingMemoryBound(to: PackingWork.self)
          let job = unsafe work.pointee.jobs[part]
          let outcome = Outcome { () throws(AllocationError) in
            try job.implementation.prepare(job.call, parameters: job.parameters)
          }
          unsafe (work.pointee.outcomes + part).initialize(to: outcome)
        }
      }
      // All parts have been run, so that all places are initialized.
      let made = unsafe Array(outcomes)
      unsafe outcomes.deinitialize()
      return made
    }
  }
}

/// What every part of the packing is called with.
@unsafe private struct PackingWork {
  let jobs: [PackingJob]
  let outcomes: UnsafeMutablePointer<PackingJob.Outcome>
}
