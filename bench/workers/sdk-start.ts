import { NodeSDK } from '@opentelemetry/sdk-node';

/* What a user imports who starts the SDK by hand, with no instrumentation. */

new NodeSDK().start();
