// What a handler gets as its second argument.

const env = process.env;

export class Context {
  constructor(event) {
    this.callbackWaitsForEmptyEventLoop = true;
    this.functionVersion = env.AWS_LAMBDA_FUNCTION_VERSION;
    this.functionName = env.AWS_LAMBDA_FUNCTION_NAME;
    this.memoryLimitInMB = env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
    this.logGroupName = env.AWS_LAMBDA_LOG_GROUP_NAME;
    this.logStreamName = env.AWS_LAMBDA_LOG_STREAM_NAME;
    this.clientContext = event.clientContext;
    this.identity = event.identity;
    this.invokedFunctionArn = event.arn;
    this.awsRequestId = event.id;
    this.getRemainingTimeInMillis = () => event.deadline - Date.now();
  }
}
