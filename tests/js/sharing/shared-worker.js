import { serve } from "/pkg/dist/shared-worker.js";

serve();
